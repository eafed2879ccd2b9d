"""The meanings of words in the names of sounds, language by language.

Over 250 lines because the tables are data, and are read and corrected together.

Each language has a table: a meaning, then its words, separated by commas. Case does not matter.
A name may leave out accents (``fermé``, ``ferme``) and spell out umlauts (``Händeklatschen``,
``Haendeklatschen``). Words that are written apart here (``bass drum``) are also found joined
(``bassdrum``), hyphenated or in CamelCase. To correct or add a language, change its table; no
other file knows the words.

The meanings besides the eleven categories:

- ``hihat``: a hi-hat, open or closed; ``open`` and ``closed`` count only beside a hi-hat.
- ``cymbal``: any cymbal; beside ``open`` or ``closed`` a hi-hat, otherwise another instrument.
- ``other``: another instrument, whatever else the name says.
- ``colour``: beside a category it says nothing (a "synth tom" is a tom); alone it leaves a doubt
  (the "bass" of a drum machine may be its kick). "Sub bass" and two of :data:`PITCHED` are
  another instrument.
- ``rimshot``: another instrument, unless the name has a snare.
- ``loop``: a loop, in the name of a file or folder; ``beat``: in the name of a file only,
  because packs and machines have such names ("Beat Machine"); ``bar``: as ``beat``, after a
  number only ("4 bars").
- ``one_shot``: single hits; such a folder may be inside a folder of loops.
- ``microphone``: the microphone's place: a folder "Snare mic" holds every instrument.
- ``generic``: says that there are sounds, but not which.
- ``nothing``: looks like one of the above but has none of these meanings.
"""

from collections.abc import Mapping
from typing import Final

ENGLISH: Final[Mapping[str, str]] = {
    "kick": "kick, kicks, kik, kiks, kck, kic, kick drum, bass drum, bass drums, kdrum, bdrum",
    "clap": "clap, claps, clp, clps, hand clap, hand claps, finger clap, finger claps",
    "snare": "snare, snares, snr, snrs, snar, snare drum, snare drums, snare rimshot",
    "open_hihat": "open hh, hh open, ohat, ohats, o hat, ohihat",
    "closed_hihat": "closed hh, hh closed, c hat, chihat",
    "tambourine": "tambourine, tambourines, tamborine, tamborines, tamborin, tamborins, tambourn, "
    "tamburine, tamb, tambs, tambo, tmb",
    "conga": "conga, congas, cga, cng",
    "bongo": "bongo, bongos, bng, bgo",
    "shaker": "shaker, shakers, shk, shkr, shak, egg shaker, maraca, maracas, cabasa, cabaza, "
    "afuche, afoxe, shekere, caxixi, ganza",
    "snap": "snap, snaps, finger snap, finger snaps, pinky snap, finger click, finger clicks",
    "tom": "tom, toms, tom tom, tom toms, floor tom, rack tom, roto tom, roto toms, toml, tomh",
    "hihat": "hat, hats, hihat, hihats, hi hat, hi hats, high hat, high hats, hithat, hyhat, "
    "hhat, hhats, hht",
    "open": "open, opened, half open, half closed, semi open",
    "closed": "closed, close, pedal, foot",
    "cymbal": "cymbal, cymbals, cym, cymb",
    "other": "crash, crashes, ride, rides, china, splash, gong, cowbell, cowbells, cow bell, "
    "cow bells, clave, claves, rim, rims, rim click, side stick, cross stick, x stick, xstick, "
    "woodblock, woodblocks, wood block, triangle, triangles, agogo, agogos, guiro, guiros, "
    "timbale, timbales, timpani, djembe, darbuka, tabla, cajon, cuica, castanet, castanets, "
    "vibraslap, quijada, chimes, wind chime, bar chimes, bell tree, sleigh bell, sleigh bells, "
    "jingle bells, taiko, surdo, tamborim, marimba, xylophone, vibraphone, glockenspiel, "
    "kalimba, steel drum, whistle, vocal, vocals, vox, acapella, chant, choir, guitar, "
    "guitars, piano, organ, strings, horns, flute, violin, cello, trumpet, sax, chord, "
    "chords, melody, melodies, pluck, plucks, bassline, riser, risers, uplifter, downlifter, "
    "sweep, siren, orchestra hit, orch hit, thunderclap, reese, handpan, didgeridoo, "
    "harp, banjo, saxophone, kazoo, ukulele, accordion, harmonica",
    "colour": "bass, sub bass, synth, synths, lead, leads, pad, pads, keys, stab, stabs, fx, sfx, "
    "effect, effects, noise, impact, impacts, scratch, foley, texture, drone, beatbox, stomp, "
    "stomps, click, clicks, stick, sticks, bell, bells, arp, riff, voice, applause, metronome, "
    "brass",
    "rimshot": "rimshot, rimshots, rim shot, rim shots",
    "loop": "loop, loops, top loop, drum loop, drum loops, grooves, fills, breaks, breakbeat, "
    "breakbeats, full drums, full drum",
    "beat": "beat, beats, groove, fill, break, roll, rolls, phrase, phrases, pattern, patterns, "
    "bpm",
    "bar": "bar, bars",
    "one_shot": "one shot, one shots, 1 shot, 1 shots, single hit, single hits, singles, hit, hits",
    "generic": "drum, drums, drum hits, drum sounds, percussion, percussions, percussive, perc, "
    "percs, prc, sample, samples, sound, sounds, audio, wav, wavs, wave, waves, wave files, aif, "
    "aiff, flac, ogg, mp3, stereo, mono, acoustic drums, instruments, no loop, no loops",
    "nothing": "loop masters, loop cloud, breaks kit, break kit, grooves kit, "
    "beat machine, beat box, off beat, up beat, down beat, heart beat, drum and bass, drum n bass, "
    "drum bass, bass music, rock roll, rock n roll, rock and roll, sidekick, dropkick, kick ass, "
    "oh yeah",
    "microphone": "mic, mics, kick mic, snare mic, tom mic, toms mic, hat mic, hihat mic, oh mic, "
    "close mic, room mic, overhead, overheads",
}

FRENCH: Final[Mapping[str, str]] = {
    "kick": "grosse caisse, grosses caisses",
    "clap": "claquement de mains, claquements de mains, frappe de mains, frappes de mains",
    "snare": "caisse claire, caisses claires",
    "tambourine": "tambourin, tambourins, tambour de basque",
    "shaker": "hochet, hochets",
    "snap": "claquement de doigts, claquements de doigts, claquement doigts",
    "tom": "tom basse, tom alto",
    "hihat": "charley, charleys, charleston, charlestons, charlé",
    "open": "ouvert, ouverte, ouverts, ouvertes, mi ouvert, entrouvert, mi fermé",
    "closed": "fermé, fermée, fermés, fermées, pédale, pied",
    "cymbal": "cymbale, cymbales",
    "other": "cloche à vache, cloche de vache, cerclage, grelots, castagnettes, carillon, voix, "
    "chant, guitare, accord, accords, violon, flûte",
    "colour": "basse, synthé, synthés, bruit, bruits, effet, effets, baguette, baguettes, cloche",
    "loop": "boucle, boucles, roulement, roulements",
    "beat": "rythme, rythmes",
    "bar": "mesure, mesures",
    "one_shot": "coup, coups, coups isolés",
    "generic": "batterie, batteries, tambour, tambours, échantillon, échantillons, son, sons",
}

GERMAN: Final[Mapping[str, str]] = {
    "kick": "große Trommel, Basstrommel, Bass Trommel, Fußtrommel",
    "clap": "Händeklatschen, Handklatschen, Klatschen, Klatscher",
    "snare": "kleine Trommel, Snaretrommel, Schnarrtrommel, Wirbeltrommel",
    "tambourine": "Tamburin, Tamburine, Schellenring, Schellenkranz, Schellentrommel",
    "shaker": "Rassel, Rasseln, Schüttelei, Schüttelrohr",
    "snap": "Fingerschnippen, Fingerschnipsen, Fingerschnipser, Schnippen, Schnipsen, Schnipser",
    "tom": "Standtom, Standtoms, Hängetom, Hängetoms",
    "open": "offen, offene, offenes, geöffnet, auf, halboffen, halb offen, halb geschlossen",
    "closed": "geschlossen, geschlossene, geschlossenes, zu, getreten, Fuß",
    "cymbal": "Becken",
    "other": "Kuhglocke, Kuhglocken, Pauke, Pauken, Holzblock, Triangel, Klanghölzer, "
    "Kastagnetten, Stimme, Stimmen, Gesang, Gitarre, Klavier, Akkord, Akkorde, Geige, Flöte",
    "colour": "Glocke, Glocken, Geräusch, Geräusche, Rauschen, Effekt, Effekte",
    "loop": "Schleife, Schleifen, Wirbel, Trommelwirbel",
    "beat": "Rhythmus, Rhythmen",
    "bar": "Takt, Takte",
    "one_shot": "Einzelschlag, Einzelschläge, Schlag, Schläge",
    "generic": "Schlagzeug, Schlagzeuge, Trommel, Trommeln, Perkussion, Klang, Klänge",
}

SPANISH: Final[Mapping[str, str]] = {
    "kick": "bombo, bombos",
    "clap": "palmas, palmada, palmadas",
    "snare": "caja, cajas, redoblante, redoblantes, tarola, tarolas",
    "tambourine": "pandereta, panderetas, pandero",
    "conga": "tumbadora, tumbadoras, tumba, quinto",
    "shaker": "sonaja, sonajas, sonajero",
    "snap": "chasquido, chasquidos, chasquido de dedos, chasquidos de dedos",
    "tom": "tom de piso, goliat",
    "hihat": "charles, contratiempo, contratiempos",
    "open": "abierto, abiertos, abierta, semiabierto, medio abierto",
    "closed": "cerrado, cerrados, cerrada, pisado, pie",
    "cymbal": "platillo, platillos, plato, platos",
    "other": "cencerro, cencerros, timbal, timbales, aro, triángulo, castañuela, castañuelas, voz, "
    "voces, guitarra, acorde, acordes, silbato",
    "colour": "bajo, ruido, ruidos, efecto, efectos, baqueta, baquetas, campana, aplauso, aplausos",
    "loop": "bucle, bucles, redoble, redobles",
    "beat": "ritmo, ritmos, relleno",
    "bar": "compás, compases",
    "one_shot": "golpe, golpes",
    "generic": "batería, baterías, percusión, percusiones, muestra, muestras, tambor, tambores, "
    "sonido, sonidos",
}

ITALIAN: Final[Mapping[str, str]] = {
    "kick": "cassa, casse, gran cassa",
    "clap": "battimani, battito di mani, battiti di mani",
    "snare": "rullante, rullanti, tamburo rullante",
    "tambourine": "cembalo, cembali, tamburello, tamburelli",
    "snap": "schiocco, schiocchi, schiocco di dita, schiocchi di dita",
    "tom": "timpano",
    "open": "aperto, aperti, aperta, semiaperto, mezzo aperto",
    "closed": "chiuso, chiusi, chiusa, pedale, piede",
    "cymbal": "piatto, piatti",
    "other": "campanaccio, campanacci, legnetti, cerchio, triangolo, nacchere, voce, voci, "
    "chitarra, pianoforte, accordo, accordi, fischietto",
    "colour": "basso, rumore, rumori, effetto, effetti, bacchetta, bacchette, applauso, applausi",
    "loop": "giro, giri, rullata, rullate",
    "bar": "battuta, battute",
    "one_shot": "colpo, colpi",
    "generic": "batteria, batterie, percussione, percussioni, campione, campioni, tamburo, "
    "tamburi, suono, suoni",
}

PORTUGUESE: Final[Mapping[str, str]] = {
    "kick": "bumbo, bumbos",
    "clap": "palma",
    "snare": "caixa, caixas, caixa clara, tarol",
    "tambourine": "pandeiro, pandeiros, pandeireta, pandeirola, meia lua",
    "shaker": "chocalho, chocalhos",
    "snap": "estalo, estalos, estalo de dedos, estalos de dedos",
    "hihat": "chimbal, chimbais, chimbau, contratempo, contratempos",
    "open": "aberto, abertos, aberta, semiaberto, meio aberto",
    "closed": "fechado, fechados, fechada, pisado, pé",
    "cymbal": "prato, pratos",
    "other": "reco reco, agogô, triângulo, castanholas, violão, acordes, apito",
    "colour": "baixo, ruído, efeito, efeitos, baqueta, sino",
    "loop": "viradas, rufo",
    "beat": "batida, batidas, levada, virada",
    "bar": "compasso, compassos",
    "generic": "bateria, baterias, percussão, amostra, amostras, som",
}

JAPANESE: Final[Mapping[str, str]] = {
    "kick": "kikku, kikkudoramu, basudora, basudoramu, キック, バスドラ, バスドラム",
    "clap": "kurappu, handokurappu, tebyoushi, tebyooshi, クラップ, ハンドクラップ, 手拍子",
    "snare": "sunea, suneadoramu, スネア, スネアー, スネアドラム",
    "tambourine": "tanbarin, タンバリン",
    "conga": "konga, コンガ",
    "bongo": "ボンゴ",
    "shaker": "sheikaa, sheika, sheekaa, marakasu, シェイカー, シェーカー, マラカス",
    "snap": "yubi narashi, yubi pacchin, sunappu, 指パッチン, 指鳴らし, スナップ, "
    "フィンガースナップ",
    "tom": "tamu, tamutamu, furoa tamu, タム, タムタム, ハイタム, ロータム, ミッドタム, フロアタム",
    "hihat": "haihatto, hai hatto, ハイハット",
    "open": "oopun, opun, oupun, オープン, ハーフオープン",
    "closed": "kuroozu, kurozu, kurouzu, kuroozudo, クローズ, クローズド, ペダル",
    "cymbal": "shinbaru, シンバル",
    "other": "kurasshu, raido, kauberu, rimu, toraianguru, bookaru, クラッシュ, ライド, カウベル, "
    "リム, トライアングル, ボーカル, ギター, ピアノ, コード",
    "colour": "beesu, ベース, シンセ, ノイズ, 効果音",
    "rimshot": "rimushotto, リムショット",
    "loop": "ruupu, rupu, ループ, フィル",
    "beat": "biito, ビート",
    "one_shot": "wanshotto, ワンショット",
    "generic": "doramu, paakasshon, ドラム, ドラムス, パーカッション, サンプル, 打楽器",
}

LANGUAGES: Final = (ENGLISH, FRENCH, GERMAN, SPANISH, ITALIAN, PORTUGUESE, JAPANESE)

CODES: Final[Mapping[str, str]] = {
    "kick": "bd, bdrm, kd",
    "clap": "cp",
    "snare": "sd, sn",
    "open_hihat": "oh, ohh, hho",
    "closed_hihat": "ch, chh, hhc, phh",
    "hihat": "hh",
    "tambourine": "tb",
    "conga": "lc, mc, hc",
    "shaker": "ma, sh",
    "tom": "lt, mt, ht",
    "other": "rs, cb, cy, rd, cr, cl",
}
"""Drum-machine abbreviations. They count as whole words, and only where no longer word counts.
Those of another instrument leave a doubt; they never leave a file out."""

COMPANY: Final[Mapping[str, str]] = {"tom": "tl, tm, th", "closed_hihat": "hc", "open_hihat": "ho"}
"""Abbreviations in small letters that count only in company: beside files with the others."""

HAT_STATES: Final[Mapping[str, str]] = {
    "open": "op, opn, opnd, half, hlf, semi, oh, ohh, hho, o",
    "closed": "cl, cls, clsd, clo, clos, cld, ped, pdl, pd, ch, chh, hhc, c",
}
"""Short words for "open" and "closed" that count anywhere in a name with a hi-hat; single letters
only directly beside it."""

PLAIN_CODES: Final = "bd, bdrm, sd, sn, ohh, hho, chh, hhc, phh, hh"
"""Codes that rarely mean anything else, even in small letters between other words."""

CLEAR_CODES: Final = "hc, tb"
"""Codes that count only in capitals ("hc" is often a closed hi-hat)."""

MACHINES: Final = (
    "tb3, cr68, cr78, cr1000, cr5000, cr8000, mc202, mc303, mc307, mc500, mc505, sh101, sh09, "
    "sh201, sh32, tb303, mt32, mt40, rd6, rd8, rd9, rd78, cp70, cp80, rs7000, ht700, ht3000, sd80"
)
"""Instruments whose names start like a code."""

COMPANIONS: Final = (
    "ac, acc, acoustic, alt, amp, analog, analogue, big, bright, brush, brushes, clean, crisp, "
    "dark, deep, digi, digital, dirty, dist, dry, dub, dusty, edm, elec, electric, electro, eq, "
    "fat, flam, floor, foot, funk, gated, ghost, hand, hard, heavy, hi, high, house, huge, lay, "
    "layer, layered, left, light, live, lo, lofi, long, loud, low, main, med, medium, metal, mid, "
    "mini, mod, mute, muted, new, nice, old, phat, pop, processed, punch, punchy, rack, raw, "
    "real, rev, reverb, right, rock, room, short, slap, small, snappy, soft, solid, sub, super, "
    "tape, tech, techno, the, thick, thin, tight, tiny, top, trap, verb, vinyl, warm, wet, wide, "
    "wood"
)
"""Words without meaning that are often joined to one with meaning (``deepkick``, ``lowtom``)."""

FILLERS: Final = "a, and, con, de, del, der, di, die, do, e, et, le, les, mit, of, tr, und, with, y"
"""Words without meaning that stand alone."""

MARKS: Final = (
    "vl, vel, velo, velocity, v, dl, dyn, l, lyr, rr, r, rnd, take, tk, var, alt, hit, "
    "ppp, pp, p, mp, mf, f, ff, fff, x, cmin, cmaj, min, maj"
)
"""Words that number a recording or give its velocity layer; notes (``F#``, ``Am``) count too."""

TITLES: Final = (
    "pack, packs, kit, kits, vol, volume, bible, collection, library, essentials, edition, "
    "toolkit, tools, bundle, series, anthology, sessions, your, my, our, you, me, it, course, "
    "by, presents, records, academy"
)
"""Words of titles: a folder with one of them may be named after anything, not after its contents
("Clap Your Hands", "Snare Bible Vol. 1")."""

PERSONS: Final = "tom, charles, charley"
"""Words that are also first names: "Tom's" is no tom."""

PITCHED: Final = "bass, brass, synth, synths, lead, leads, keys, stab, stabs, arp, riff, pads"
"""Colours of which two in one name are another instrument ("Synth Lead")."""

ENDINGS: Final = (
    "kick, kicks, snare, snares, hihat, hihats, clap, claps, shaker, shakers, tambourine, conga, "
    "congas, bongo, bongos, cowbell, rimshot"
)
"""Words so distinct that any longer word that ends in one means it (``ab2kick``)."""
