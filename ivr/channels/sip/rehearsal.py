"""A caller on a SIP trunk, without network: for flow tests with `channel: sip`.

The lane that carries the sound of real calls runs on a clock of its own: prompts go out frame by
frame, keys come in as event packets. Only SIP, sockets, the store and the sound itself are left
out: a prompt lasts as long as it says, in whole frames of 20 ms.
"""

from __future__ import annotations

from math import ceil
from struct import Struct
from typing import TYPE_CHECKING

from ivr.channels.sip.answers import end_of, keys_of
from ivr.domain.call import CALLER, Turn
from ivr.domain.commands import Close, Collect, Command, HangUp, Play
from ivr.domain.recording import HANGUP, FinishMessage, MessageTaken, TakeMessage
from ivr.domain.values import open_sealed
from ivr.flow.cases.channel import Retried, Sound
from ivr.media.dtmf import END_TIMES, EVENT_KEYS, FRAME_UNITS, PRESS_FRAMES, VOLUME_DBM0
from ivr.media.g711 import SILENT_FRAME
from ivr.media.items import FRAME_MS, FRAME_OCTETS, Clip, Item
from ivr.media.leg.ear import NEVER_MS
from ivr.media.leg.lane import Lane
from ivr.media.leg.pace import Pace
from ivr.media.leg.taking import Taking, limits_of
from ivr.media.leg.tap import BEEP
from ivr.media.leg.terms import Peer
from ivr.media.leg.told import Collected, Ended, Taken
from ivr.media.line import listen_of
from ivr.media.tone import call_tone, key_tone, quiet_tones

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.domain.call import Prompt
    from ivr.domain.events import Event
    from ivr.media.g711 import Codec
    from ivr.media.leg.told import Told

LINE = 1
NO_TURN = Turn(0)
EVENTS = 101
SOURCE = 7
ADDRESS = "192.0.2.1"
"""Reserved for documents (RFC 5737): nothing is ever sent there."""
VOICE = key_tone("5", "pcma")[:FRAME_OCTETS]
"""A frame that is as loud as somebody who speaks."""
_EVENT = Struct("!BBHIIBBH")


class Spoken:
    """The sound of one prompt. wanted: told of each frame, whether it is the first.

    left: frames that were not given out yet.
    """

    __slots__ = ("_frames", "_wanted", "left", "prompt")

    def __init__(self, prompt: Prompt, wanted: Callable[[Spoken, bool], None]) -> None:
        self.prompt = prompt
        self._frames = self.left = frames_of(prompt)
        self._wanted = wanted

    def __len__(self) -> int:
        return self._frames * FRAME_OCTETS

    def __getitem__(self, part: slice) -> bytes:
        at = part.start // FRAME_OCTETS
        self.left = self._frames - at - 1
        self._wanted(self, at == 0)
        return SILENT_FRAME["pcma"]


class Said:
    """Implements `Sounds` of a lane: every prompt is silence of its length.

    begun: prompts that began to sound, in order. now: the one that sounds; None: not known yet.
    """

    def __init__(self) -> None:
        self.begun: list[Prompt] = []
        self.now: Spoken | None = None
        self._prompts: list[Prompt] = []

    def items(self, prompts: Sequence[Prompt]) -> tuple[Item, ...]:
        """Prompts as a lane plays them."""
        first = len(self._prompts)
        self._prompts += prompts
        return tuple(
            Clip(str(first + place), frames_of(prompt), prompt.barge_in)
            for place, prompt in enumerate(prompts)
        )

    def clip(self, stem: str, codec: Codec) -> Spoken:
        """The sound of one of `items`."""
        return Spoken(self._prompts[int(stem)], self._wanted)

    def _wanted(self, spoken: Spoken, is_first: bool) -> None:
        self.now = spoken
        if is_first:
            self.begun.append(spoken.prompt)

    def tone(self, name: str, country: str, codec: Codec) -> bytes:
        """A telephone tone."""
        return call_tone(name, country, codec)

    def silence(self, codec: Codec) -> bytes:
        """One frame."""
        return SILENT_FRAME[codec]

    def quiet(self, codec: Codec) -> bytes:
        """What stands in for music that is missing."""
        return quiet_tones(codec)


class Nowhere:
    """Implements `Sink`: in a rehearsal nothing is kept."""

    cut: int | None = None
    fault = ""

    def add(self, frame: bytes) -> None:
        """It is gone."""

    def close(self, frames: int) -> None:
        """Nothing to bring to the disk."""

    def drop(self) -> None:
        """Nothing to destroy."""


class Rehearsal:
    """Implements `Channel` of the flow tests."""

    def __init__(self) -> None:
        self._pace = Pace()
        self._said = Said()
        self._told: list[Told] = []
        self._lane = Lane(LINE, self._pace, self._said, self._told.append, _half)
        self._lane.agree(Peer(LINE, ADDRESS, EVENTS, event_pt=EVENTS))
        self._heard: list[Sound] = []
        self._ticked_ms = 0
        self._sequence = self._time = 0
        self._over = False
        self._waits = NO_TURN
        self._voice_ms = 0

    @property
    def _records(self) -> bool:
        return self._lane.tap.taking is not None and self._lane.tap.taking.recording

    @property
    def due_ms(self) -> int | None:
        """When another prompt begins, the last one ends, or the caller has been silent too long."""
        if self._over:
            return None
        due = [] if self._lane.player.active is None else [self._changes_ms()]
        if self._lane.ear.due_ms < NEVER_MS:
            due.append(_on_tick(self._lane.ear.due_ms))
        if self._records:
            due.append(self._ticked_ms + FRAME_MS)
        return min(due) if due else None

    def carry_out(self, state: object, commands: Sequence[Command], at_ms: int) -> Sequence[Event]:
        """What concerns the sound goes to the lane, everything else is not ours."""
        self._come_to(at_ms)
        lane, self._said.now = self._lane, None
        for command in commands:
            if isinstance(command, Collect):
                lane.ear.ahead(_opened(command), flush=command.flush)
                items = self._said.items(command.prompts)
                lane.collect(command.turn, items, listen_of(command))
            elif isinstance(command, Play):
                self._play(command)
            elif isinstance(command, TakeMessage):
                self._take(command)
            elif isinstance(command, FinishMessage):
                self._finish(command)
            elif isinstance(command, Close):
                lane.stop(command.turn)
            elif isinstance(command, HangUp) and command.leg == CALLER:
                self._over = True
        return self._events()

    def _play(self, command: Play) -> None:
        """While music goes on behind prompts, their end is no news, as on the trunk."""
        if command.music is not None:
            self._waits = command.turn
        if command.prompts or command.music is None:
            self._lane.play(command.turn, self._said.items(command.prompts))

    def _take(self, command: TakeMessage) -> None:
        limits = limits_of(command)
        taking = Taking(LINE, command.turn, limits, "pcma", self._pace, Nowhere())
        self._lane.tap.take(taking, (*self._said.items(command.prompts), *BEEP))
        self._voice_ms = 0

    def _finish(self, command: FinishMessage) -> None:
        """The leg ends with the call, and with it what is being taken."""
        taking, self._lane.tap.taking = self._lane.tap.taking, None
        if taking is not None and taking.turn == command.turn:
            self._told.append(taking.finish(HANGUP))

    def press(self, key: str, at_ms: int) -> Sequence[Event]:
        """A press of 100 ms comes in, all its packets at once (RFC 4733)."""
        self._come_to(at_ms)
        if self._over:
            return ()
        self._time += FRAME_UNITS * PRESS_FRAMES * 2
        for number in range(PRESS_FRAMES + END_TIMES):
            self._sequence = self._sequence + 1 & 0xFFFF
            is_end = number >= PRESS_FRAMES
            head = 0x80, EVENTS | (number == 0) << 7, self._sequence, self._time, SOURCE
            duration = FRAME_UNITS * min(number + 1, PRESS_FRAMES)
            event = EVENT_KEYS.index(key), VOLUME_DBM0 | is_end << 7, duration
            packet = bytearray(_EVENT.pack(*head, *event))
            self._lane.incoming.packet(packet, len(packet), self._pace.clock, at_ms)
        self._said.now = None
        return self._events()

    def say(self, words: str, at_ms: int) -> Sequence[Event]:
        """Nobody understands speech on a SIP trunk."""
        return ()

    def tick(self, at_ms: int) -> Sequence[Event]:
        """Time has come to `at_ms`."""
        self._come_to(at_ms + 1)
        return self._events()

    def sounds(self, at_ms: int) -> Sequence[Sound]:
        """The prompts whose first frame went out since the last call of this method."""
        self._come_to(at_ms + 1)
        heard, self._heard = self._heard, []
        return heard

    def is_busy(self, at_ms: int) -> bool:
        """Whether something is played, or an entry was begun and is not over."""
        lane = self._lane
        sounds = lane.player.front is not None or self._voice_ms > 0
        return not self._over and (sounds or lane.ear.entering)

    def is_listening(self) -> bool:
        """As the lane says."""
        return self._lane.ear.listening

    def is_taking(self, at_ms: int) -> bool:
        """As the lane says."""
        return self._lane.tap.taking is not None

    def record(self, seconds: float, at_ms: int) -> None:
        """A tone in the place of the caller's voice, from the beep on."""
        self._voice_ms = round(seconds * 1000)

    def hang_up(self, at_ms: int) -> None:
        """The caller is gone."""
        self._over = True

    def restart(self, at_ms: int) -> bool:
        """Sockets and sound go with the server: the connection is lost."""
        self._over = True
        return False

    def retry(self, at_ms: int) -> Retried | None:
        """A telephone sends no webhooks."""
        return None

    def texts(self) -> Sequence[str]:
        """Nothing is written on a telephone line."""
        return ()

    def _come_to(self, at_ms: int) -> None:
        """Every tick before a moment, or up to one that has told something."""
        while not self._over and self._next_ms() < at_ms and not self._told:
            self._tick(self._next_ms())
        self._pace.look((at_ms + 0.5) / 1000)
        if self._lane.player.active is None and not self._records:
            self._ticked_ms = max(self._ticked_ms, _on_tick(at_ms) - FRAME_MS)

    def _next_ms(self) -> int:
        """The next tick at which there is something to do."""
        following_ms = self._ticked_ms + FRAME_MS
        if self._lane.player.active is not None or self._records:
            return following_ms
        return max(following_ms, _on_tick(self._lane.ear.due_ms))

    def _tick(self, at_ms: int) -> None:
        """One frame goes out."""
        self._ticked_ms = at_ms
        self._pace.look((at_ms + 0.5) / 1000)
        self._speak(at_ms)
        self._lane.tick(at_ms, self._pace.step())
        self._heard += [Sound(at_ms, prompt) for prompt in self._said.begun]
        self._said.begun.clear()

    def _speak(self, at_ms: int) -> None:
        """The caller's voice comes in, a frame at a time."""
        taking = self._lane.tap.taking
        if taking is not None and taking.recording and self._voice_ms > 0:
            self._voice_ms -= FRAME_MS
            taking.put(0, 0, at_ms * 8, bytearray(VOICE), 0)

    def _changes_ms(self) -> int:
        """When the sound changes next, if nobody presses anything."""
        sounding, following_ms = self._said.now, self._ticked_ms + FRAME_MS
        return following_ms if sounding is None else following_ms + sounding.left * FRAME_MS

    def _is_music(self, told: Told) -> bool:
        return isinstance(told, Ended) and told.why == "end" and told.turn == self._waits

    def _events(self) -> Sequence[Event]:
        told, self._told[:] = [each for each in self._told if not self._is_music(each)], []
        return [event for event in map(_event_of, told) if event is not None]


def frames_of(prompt: Prompt) -> int:
    """How many frames a prompt lasts; the last one is filled with silence."""
    return max(1, ceil(round(prompt.seconds * 1000) / FRAME_MS))


def _event_of(told: Told) -> Event | None:
    if isinstance(told, Collected):
        return keys_of(told, CALLER)
    if isinstance(told, Taken):
        source = "rehearsal:" if told.ms else ""
        return MessageTaken(
            turn=Turn(told.turn), seconds=told.ms / 1000, ended_by=told.ended_by, source=source
        )
    return end_of(told, CALLER) if isinstance(told, Ended) else None


def _opened(command: Collect) -> str:
    return open_sealed(command.ahead) if command.ahead else ""


def _on_tick(at_ms: int) -> int:
    """The first tick at or after a moment."""
    return -(-at_ms // FRAME_MS) * FRAME_MS


def _half(bits: int) -> int:
    """A number that chance could have drawn; nobody guesses anything here."""
    return 1 << (bits - 1)
