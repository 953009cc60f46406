"""Prompts and music in a row, without a gap between them: what one `Play` or `Collect` brings.

Sound is raw G.711, cut into frames of 20 ms (160 octets), counted in frames; nothing has a clock.

Source: sip-media.md section 10 (chains, music).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from ivr.domain.errors import MediaError
from ivr.media.items import FRAME_MS, FRAME_OCTETS, Clip, Item, Music, Pause, frames_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.media.g711 import Codec


class Store(Protocol):
    """Octets of which frames are cut: bytes, or a file that is mapped and never read as a whole."""

    def __len__(self) -> int:
        """How many octets there are."""

    def __getitem__(self, part: slice, /) -> bytes:
        """Some of them."""


class Sounds(Protocol):
    """Where sound comes from: raw G.711 in whole frames of 160 octets."""

    def clip(self, stem: str, codec: Codec) -> Store:
        """A stored sound. Raises MediaError if it is not there or no whole number of frames."""

    def tone(self, name: str, country: str, codec: Codec) -> Store:
        """One turn of a tone's cadence. Raises MediaError for an unknown name."""

    def silence(self, codec: Codec) -> Store:
        """One frame."""

    def quiet(self, codec: Codec) -> Store:
        """What stands in for music that is missing."""


class Run(NamedTuple):
    """A stretch of equal treatment: `frames` frames of `store`, from its start again if short."""

    store: Store
    frames: int
    barge_in: bool


Place: TypeAlias = tuple[int, int]
"""Where a chain is: which run, and how many frames into it."""


def runs_of(item: Item, sounds: Sounds, codec: Codec) -> list[Run]:
    """The stretches of an item. Raises MediaError if a clip is missing; music never is."""
    match item:
        case Clip():
            store = sounds.clip(item.stem, codec)
            return [Run(store, len(store) // FRAME_OCTETS, item.barge_in)]
        case Pause():
            return [Run(sounds.silence(codec), frames_of(item), item.barge_in)]
        case Music():
            return _music(item, sounds, codec)
    return [Run(sounds.tone(item.name, item.country, codec), frames_of(item), item.barge_in)]


def _music(item: Music, sounds: Sounds, codec: Codec) -> list[Run]:
    quiet = sounds.quiet(codec)
    stores = []
    for stem in item.tracks:
        try:
            stores.append(sounds.clip(stem, codec))
        except MediaError:
            stores.append(quiet)
    return [Run(store, len(store) // FRAME_OCTETS, item.barge_in) for store in stores or [quiet]]


class Chain:
    """Items of one turn, played without a gap; ask `frame` once for each 20 ms.

    turn: whose they are. loop: from the start again at the end; music goes on for ever anyway.
    listens: it belongs to a listen, which a key may cut. Raises MediaError if an item is missing.
    """

    __slots__ = (
        "_again", "_at", "_end", "_given", "_gone", "_index", "_items", "_later", "_runs", "_store",
        "listens", "loop", "turn",
    )  # fmt: skip

    def __init__(
        self,
        turn: int,
        items: Sequence[Item],
        sounds: Sounds,
        codec: Codec,
        *,
        loop: bool = False,
        listens: bool = False,
    ) -> None:
        self.turn = turn
        self.loop = loop
        self.listens = listens
        self._items = tuple(items)
        self._later: Place | None = None
        self._gone = self._given = self._index = self._at = self._end = 0
        self._again = -1
        self._store: Store = b""
        self._runs: list[Run] = []
        self._load(sounds, codec)
        self._seek(0, 0)

    @property
    def music(self) -> Music | None:
        """The music in it, always the last that is heard."""
        return next((item for item in self._items if isinstance(item, Music)), None)

    @property
    def played_ms(self) -> int:
        """How much was given out."""
        return (self._gone + self._given + self._at // FRAME_OCTETS) * FRAME_MS

    @property
    def place(self) -> Place:
        """Which run sounds, and how many frames of it were given out."""
        return self._index, self._given + self._at // FRAME_OCTETS

    def frame(self) -> bytes | None:
        """The next 160 octets; None: it is over."""
        at = self._at
        if at < self._end:
            self._at = at + FRAME_OCTETS
            return self._store[at : at + FRAME_OCTETS]
        return self.frame() if self._move_on() else None

    def recode(self, sounds: Sounds, codec: Codec) -> None:
        """Go on in another codec, at the same place. Raises MediaError if an item is missing."""
        index, frame = self.place
        played = self._gone + frame
        self._load(sounds, codec)
        self._seek(index, frame)
        self._gone = played - frame

    def cut(self) -> None:
        """A key was pressed: go on with what must be heard whole, from its start."""
        current = self._runs[self._index : self._index + 1]
        if current and not current[0].barge_in:
            return
        played = self._gone + self.place[1]
        self._runs = [run for run in self._runs[self._index + 1 :] if not run.barge_in]
        self._again, self._later = -1, None
        self._seek(0, 0)
        self._gone = played

    def music_place(self) -> Place:
        """How far the music in it has come: track and frame; where it would begin, before it."""
        index, frame = self.place
        if index < self._again:
            return self._later or (0, 0)
        return index - self._again, frame

    def begin_music_at(self, place: Place) -> None:
        """When its music is reached, begin there and not at the start of the first track."""
        self._later = place
        if self._index == self._again:
            self._begin_music()

    def tune(self, frames: int) -> None:
        """All radios play alike: go to where the music is so many frames after it began."""
        music = self.music
        if music is None or not music.radio:
            return
        lengths = [run.frames for run in self._runs[self._again :]]
        at, number = frames % sum(lengths), 0
        while at >= lengths[number]:
            at -= lengths[number]
            number += 1
        self.begin_music_at((number, at))

    def _load(self, sounds: Sounds, codec: Codec) -> None:
        runs: list[Run] = []
        self._again = 0 if self.loop else -1
        for item in self._items:
            if isinstance(item, Music):
                self._again = len(runs)
                runs += runs_of(item, sounds, codec)
                break  # nothing is heard behind music
            runs += runs_of(item, sounds, codec)
        self._runs = runs

    def _seek(self, index: int, frame: int) -> None:
        """Go to a frame of a run; beyond the last run there is nothing to give out."""
        self._index = index
        self._store, self._at, self._end, self._given = b"", 0, 0, 0
        if index >= len(self._runs):
            return
        run = self._runs[index]
        frames = max(1, len(run.store) // FRAME_OCTETS)
        frame = min(frame, run.frames)
        self._given = frame // frames * frames
        self._store = run.store
        self._end = min(frames, run.frames - self._given) * FRAME_OCTETS
        self._at = (frame - self._given) * FRAME_OCTETS

    def _move_on(self) -> bool:
        """The stretch is over: again, or the next. False: nothing is left."""
        index, frame = self.place
        if index >= len(self._runs):
            return False
        if frame < self._runs[index].frames:
            self._seek(index, frame)
            return True
        self._gone += frame
        before, index = index, index + 1
        if index == len(self._runs) and self._again >= 0:
            index = self._again
        self._seek(index, 0)
        if before < index == self._again:
            self._begin_music()
        return self._at < self._end

    def _begin_music(self) -> None:
        """Music begins where this caller left it."""
        if self._later is None:
            return
        (track, frame), self._later = self._later, None
        gone = self._gone
        self._seek(self._again + track, frame)
        self._gone = gone - self.place[1]
