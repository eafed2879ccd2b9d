"""Answers to requests about the user's library: numbers go out, and never a path."""

from collections import Counter
from typing import Final

import numpy as np
import numpy.typing as npt

from neural_drum_machine.anchors.own_sound import OwnSound
from neural_drum_machine.arrays import FloatArray
from neural_drum_machine.categories import CATEGORIES
from neural_drum_machine.errors import LibraryError
from neural_drum_machine.library.entry import OTHER
from neural_drum_machine.library.library import Library
from neural_drum_machine.library.map_points import BY_VALUES, MapPoints
from neural_drum_machine.library.reading import read_clip
from neural_drum_machine.server import protocol
from neural_drum_machine.server.protocol import (
    LibraryAudioReply,
    LibraryFindReply,
    LibraryMapReply,
    LibraryNearReply,
    LibraryReply,
    Recall,
)
from neural_drum_machine.server.recent_sounds import RecentSounds
from neural_drum_machine.server.rendered import RenderPlan, interleaved, mono, with_channels
from neural_drum_machine.server.rendering import Renderer
from neural_drum_machine.server.shelf import MissingLibraryError, Shelf
from neural_drum_machine.signal.audio_file import Clip
from neural_drum_machine.signal.full_hit import FULL_SR, fade_out
from neural_drum_machine.text import clean

MAP_PART: Final = 4000
"""Sounds in one answer of the map: a few hundred kilobytes, so that other answers get between."""
LISTEN_SECONDS: Final = 4.0
"""So much of a sound is sent to be played on the map. Taken in, it is kept for ten seconds."""
_FADE_SECONDS: Final = 0.01
_READS: Final = "This command in a terminal reads your samples and changes none of them:"
_NAMES: Final = (*CATEGORIES, OTHER)


class LibraryQuestions:
    """Answers requests about a library. Several threads may use it.

    Every method may raise ``LibraryError``.

    Parameters
    ----------
    shelf : Shelf or None
        The library; None if the server has none to offer.
    renderer : Renderer
        Makes the sounds that are compared with the library's.
    """

    def __init__(self, shelf: Shelf | None, renderer: Renderer) -> None:
        self._shelf = shelf
        self._renderer = renderer

    @property
    def shelf(self) -> Shelf:
        """The library.

        Raises
        ------
        LibraryError
            If the server has none to offer.
        """
        if self._shelf is None:
            raise LibraryError("this server offers no library; start it with ndm play")
        return self._shelf

    def status(self, request: protocol.LibraryStatus) -> LibraryReply:
        """Return what the library holds, or how to make one."""
        shelf = self.shelf
        file = "" if shelf.is_users_own else " --library FILE"
        add = f"ndm library add ~/Samples{file}"
        try:
            with shelf.library() as library:
                points, version = shelf.map(library)
        except MissingLibraryError:
            sentence = f"You have no library yet. {_READS}"
            return LibraryReply(request.id, 0, {}, BY_VALUES, 0, sentence, add)
        if not len(points.ids):
            sentence = f"Your library is empty. {_READS}"
            return LibraryReply(request.id, 0, {}, BY_VALUES, version, sentence, add)
        sentence = command = ""
        if points.layout == BY_VALUES:
            sentence = "For a map on which alike sounds lie side by side, run this in a terminal:"
            command = f"ndm library map --out map.html{file}"
        counts = {name: points.categories.count(name) for name in _NAMES}
        return LibraryReply(
            request.id,
            len(points.ids),
            {name: count for name, count in counts.items() if count},
            points.layout,
            version,
            sentence,
            command,
        )

    def map(self, request: protocol.LibraryMap) -> LibraryMapReply:
        """Return a part of the map."""
        with self.shelf.library() as library:
            points, version = self.shelf.map(library)
        part = slice(request.first, request.first + MAP_PART)
        return LibraryMapReply(
            request.id,
            request.first,
            len(points.ids),
            version,
            _NAMES,
            tuple(points.names[part]),
            tuple(points.kits[part]),
            _packed(points, part),
        )

    def find(self, request: protocol.LibraryFind) -> LibraryFindReply:
        """Return the numbers of the sounds that are asked for."""
        with self.shelf.library() as library:
            try:
                found = library.matching(request.ranges, request.among)
            except LibraryError as error:  # it begins with the option of a command
                raise LibraryError(str(error).removeprefix("--")) from error
        return LibraryFindReply(request.id, len(found), found.astype("<u4").tobytes())

    def near(self, request: protocol.LibraryNear) -> LibraryNearReply:
        """Return the sounds that are most like one of the library."""
        return self._near(request, request.sound)

    def like(self, request: protocol.LibraryLike) -> LibraryNearReply:
        """Return the sounds that are most like one that a message describes."""
        shelf = self.shelf
        recall = Recall(
            request.id,
            request.category,
            request.code,
            take=request.take,
            to=request.to,
            t=request.t,
            exemplars=request.exemplars,
            blend=request.blend,
        )
        plan = self._renderer.recall(recall, RecentSounds())
        sound = self._renderer.render(recall, plan).sound
        return self._near(request, shelf.hear(mono(sound.samples), sound.sr))

    def _near(
        self, request: protocol.LibraryNear | protocol.LibraryLike, sound: int | FloatArray
    ) -> LibraryNearReply:
        with self.shelf.library() as library:
            found = library.near(sound, request.count, request.among)
        return LibraryNearReply(
            request.id,
            tuple(entry.id for entry, _ in found),
            tuple(distance for _, distance in found),
        )

    def audio(self, request: protocol.LibraryAudio) -> LibraryAudioReply:
        """Return the samples of a sound, as taking it in would keep them."""
        name, _, clip = self._read(request.sound)
        samples = with_channels(OwnSound.of(clip, name).samples, request.channels)
        most = round(LISTEN_SECONDS * FULL_SR)
        left_out = max(0, samples.shape[-1] - most)
        if left_out:
            samples = samples[..., :most].copy()
            for channel in np.atleast_2d(samples):
                fade_out(channel, _FADE_SECONDS)
        data = interleaved(samples).astype("<i2", copy=False).tobytes()
        return LibraryAudioReply(request.id, FULL_SR, left_out, request.channels, data)

    def take(self, request: protocol.LibraryTake, _: RecentSounds) -> RenderPlan:
        """Return the recipe of a sound that is taken in as an own sound."""
        name, category, clip = self._read(request.sound)
        known = category if category in self._renderer.machine.categories else None
        return self._renderer.anchored(clip, request.category or known, name)

    def between(self, request: protocol.LibraryBetween, _: RecentSounds) -> RenderPlan:
        """Return the recipe of the sound that would lie between some sounds on the map.

        The generator decodes the weighted mean of their codes, as the two categories that have the
        largest shares. A morph of the recordings themselves was farther from the sounds that lie at
        such places (docs/library.md).
        """
        pairs = request.pairs
        with self.shelf.library() as library:
            self._check_codes(library, pairs[0][0])
            entries = library.entries([number for number, _ in pairs])
            codes = np.stack([library.code(number) for number, _ in pairs])
        weights = np.array([share for _, share in pairs], np.float32)
        code = weights @ codes / weights.sum()
        self._renderer.machine.check_code(code)
        shares: Counter[str] = Counter()
        for entry, weight in zip(entries, weights.tolist(), strict=True):
            if entry.category in self._renderer.machine.categories:
                shares[entry.category] += weight
        if not shares:
            raise LibraryError(
                "the sounds there are of no category of the model; choose another place"
            )
        (category, first), *rest = shares.most_common(2)
        if not rest:
            return RenderPlan(category, code)
        to, second = rest[0]
        return RenderPlan(category, code, to=to, t=second / (first + second))

    def _check_codes(self, library: Library, number: int) -> None:
        version = self.shelf.version
        if version is not None and library.read_by(number) != version():
            raise LibraryError(
                "your library was read with another model or version; run ndm library add, with "
                "the --model that ndm play has"
            )

    def _read(self, number: int) -> tuple[str, str, Clip]:
        """Return a sound's own name, its category, and what is in its file."""
        with self.shelf.library() as library:
            entry = library.entry(number)
            name = clean(entry.name).rpartition("/")[2]
            return name, entry.category, read_clip(library, number, name)


def _packed(points: MapPoints, part: slice) -> bytes:
    """Return the columns of :class:`~neural_drum_machine.server.protocol.LibraryMapReply`."""
    values = points.values
    columns = [
        points.ids[part].astype("<u4"),
        *(np.round(65_535 * points.places[part]).astype("<u2").T),
        _whole(values["centroid"][part], 1),
        _whole(values["decay"][part], 1000),
        _whole(values["pitch"][part], 10),
        _whole(values["seconds"][part], 100),
        np.array([_category(name) for name in points.categories[part]], "u1"),
        np.round(100 * points.doubts[part]).clip(0, 100).astype("u1"),
    ]
    return b"".join(column.tobytes() for column in columns)


def _category(name: str) -> int:
    return _NAMES.index(name) if name in _NAMES else len(_NAMES) - 1


def _whole(values: FloatArray, factor: int) -> npt.NDArray[np.uint16]:
    """Return values as whole numbers; 0 where there is none."""
    out: npt.NDArray[np.uint16] = np.round(np.nan_to_num(factor * values)).clip(0, 65_535)
    return out.astype("<u2")
