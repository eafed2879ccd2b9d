"""The beat leaves the page as stems and as MIDI, and a pad as a file that is dragged out."""

import base64
import io
import zipfile

import mido
import numpy as np
import pytest
import soundfile
from tests.support.page import export, settled, until

BEGUN = "ndm.app.kit.grooves.length && ndm.app.state.voices.every(Boolean)"
STROKES = """(() => {
  const { pads, beat: { isSong, patterns, shown, song } } = ndm.app.project;
  const bars = (isSong ? song : [shown]).map((n) => patterns[n]);
  const hits = (step) => (step ? step.repeats + !!step.flam : 0);
  const count = (steps) => steps.reduce((sum, step) => sum + hits(step), 0);
  return pads.map(({ note }, n) => [note, bars.reduce((sum, rows) => sum + count(rows[n]), 0)]);
})()"""
# The page may not fetch the address itself, so the file is read where it is made.
DRAG = """async (n) => {
  const files = [];
  const create = URL.createObjectURL;
  URL.createObjectURL = (file) => (files.push(file), create(file));
  const dataTransfer = new DataTransfer();
  const drag = { dataTransfer, bubbles: true, cancelable: true };
  const pad = document.getElementById(`pad-${n + 1}`);
  const isCarried = pad.dispatchEvent(new DragEvent("dragstart", drag));
  URL.createObjectURL = create;
  const bytes = files.length ? new Uint8Array(await files[0].arrayBuffer()) : [];
  const text = btoa(bytes.reduce((all, byte) => all + String.fromCharCode(byte), ""));
  return [isCarried, dataTransfer.getData("DownloadURL"), text];
}"""


@pytest.mark.slow
def test_stems_sum_to_the_loop_and_midi_has_every_stroke(visit):
    page = visit(width=1280, height=720, bare=False)
    until(page, BEGUN)
    strokes = {note: count for note, count in page.evaluate(STROKES) if count}
    assert len(strokes) > 2
    name, path = export(page, "#save-stems")
    assert name.endswith(".zip")
    with zipfile.ZipFile(path) as archive:
        sounds = {
            each: soundfile.read(io.BytesIO(archive.read(each)), dtype="float64")[0]
            for each in archive.namelist()
            if each.endswith(".wav")
        }
    stems = [sound for each, sound in sounds.items() if "/stems/" in each]
    (loop,) = (sound for each, sound in sounds.items() if "/stems/" not in each)
    assert len(stems) == len(strokes)
    np.testing.assert_allclose(sum(stems), loop, atol=(len(stems) + 1) / 2**16)
    name, path = export(page, "#save-midi")
    assert name.endswith(".mid")
    hits = [m.note for m in mido.MidiFile(path) if m.type == "note_on" and m.velocity]
    assert {note: hits.count(note) for note in set(hits)} == strokes


def test_a_pad_is_dragged_out_as_the_file_that_export_saves(page):
    settled(page)
    carried, address, text = page.evaluate(DRAG, 0)
    assert carried
    kind, name, url = address.split(":", 2)
    assert (kind, url.startswith("blob:http://127.0.0.1")) == ("audio/wav", True)
    saved, path = export(page, "#save-wav")
    assert (name, base64.b64decode(text)) == (saved, path.read_bytes())
    carried, address, _ = page.evaluate(DRAG, 5)  # an empty pad has nothing to drag
    assert (carried, address) == (False, "")
