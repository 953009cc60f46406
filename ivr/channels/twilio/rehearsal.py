"""A caller on a Twilio trunk, without network: for flow tests with `channel: twilio`.

Every document is really rendered and walked as the provider would, and what the provider would post
is read back by the code that reads webhooks; only HTTP, signature and store are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ivr.channels.twilio.documents import Asked, Documents, Wait, asked_of
from ivr.channels.twilio.twiml import clean
from ivr.channels.twilio.wire.calls import Address, Addresses, answer_to, read_address
from ivr.channels.twilio.wire.forms import Form
from ivr.channels.twilio.wire.walker import Asks, Ends, Joins, Next, Walk
from ivr.domain.call import CALLER
from ivr.domain.commands import Collect, Command
from ivr.domain.errors import CallError
from ivr.domain.recording import HANGUP, FinishMessage, MessageTaken
from ivr.engine.legs import leg_of
from ivr.engine.state import LIVE, State
from ivr.flow.cases.channel import Retried, Sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.domain.call import Prompt, Turn
    from ivr.domain.commands import Waiting
    from ivr.domain.events import Event

BASE = "https://rehearsal.example"


class Rehearsal:
    """Implements `Channel` of the flow tests."""

    def __init__(self) -> None:
        self._addresses = Addresses(BASE, "rehearsal")
        self._documents = Documents(self._addresses, {}, ("tr", "en"))
        self._state: State | None = None
        self._walk: Walk | None = None
        self._asking = True
        self._given = b""
        self._texts: list[str] = []
        self._coming: list[Sound] = []
        self._entry_ms: int | None = None
        self._sounding = False
        self._over = False
        self._seen_ms = 0
        self._place: tuple[int, int] | None = None

    @property
    def due_ms(self) -> int | None:
        """When the provider acts by itself, another prompt begins, or the last one ends."""
        due = [sound.at_ms for sound in self._coming[:1]]
        due += self._spoken()
        if self._walk is not None and not self._over:
            due += [self._walk.due_ms, _quiet_ms(self._walk)][: 2 if self._sounding else 1]
        return min(due) if due else None

    def carry_out(self, state: object, commands: Sequence[Command], at_ms: int) -> Sequence[Event]:
        """The caller's request, if one waits, gets the document of the new state."""
        if not isinstance(state, State):
            raise CallError("a rehearsal needs the engine's state")
        self._state = state
        for command in commands:
            if isinstance(command, FinishMessage):
                return self._finish(command, at_ms)
        if self._place is not None and _place_of(state) not in (None, self._place):
            self._asking, self._coming = True, []  # moved by REST
        return self._give(at_ms) if self._asking else ()

    def _finish(self, command: FinishMessage, at_ms: int) -> Sequence[Event]:
        """The caller has gone: the provider posts what it has recorded, if anything."""
        asks = self._walk.hang_up(at_ms) if self._walk is not None else None
        asked = self._last_asked(command.turn)
        if asks is None or asked is None:
            return (MessageTaken(turn=command.turn, ended_by=HANGUP),)
        event = answer_to(asked, Form(pairs=asks.fields))
        return () if event is None else (event,)

    def _spoken(self) -> list[int]:
        """When the tone and the caller's words are over, if that is still to come."""
        recorded = self._walk.recorded if self._walk is not None else None
        if recorded is None or self._over:
            return []
        quiet_ms = max(recorded.begin_ms, recorded.spoken_ms)
        return [quiet_ms] if quiet_ms > self._seen_ms else []

    def _last_asked(self, turn: Turn) -> Waiting | None:
        waiting = self._state.waiting() if self._state is not None else ()
        return next((one for one in waiting if one.turn == turn), None)

    def is_taking(self, at_ms: int) -> bool:
        """Whether the document at hand ends in a Record."""
        return self._walk is not None and self._walk.recorded is not None

    def record(self, seconds: float, at_ms: int) -> None:
        """The caller speaks into it."""
        if self._walk is not None:
            self._walk.speak(seconds, at_ms)

    def press(self, key: str, at_ms: int) -> Sequence[Event]:
        """The caller presses a key; where no Gather listens the provider drops it."""
        if self._walk is None:
            return ()
        if self._walk.listens(at_ms):
            self._entry_ms = at_ms
        return self._follow(self._walk.press(key, at_ms), at_ms)

    def say(self, words: str, at_ms: int) -> Sequence[Event]:
        """The caller says something that the provider understands."""
        return () if self._walk is None else self._follow(self._walk.say(words, at_ms), at_ms)

    def tick(self, at_ms: int) -> Sequence[Event]:
        """Time has come to `at_ms`."""
        self._seen_ms = at_ms
        if self._walk is not None and _quiet_ms(self._walk) <= at_ms:
            self._sounding = False
        return () if self._walk is None else self._follow(self._walk.tick(at_ms), at_ms)

    def sounds(self, at_ms: int) -> Sequence[Sound]:
        """The prompts that began to sound since the last call of this method."""
        begun = [sound for sound in self._coming if sound.at_ms <= at_ms]
        self._coming = [sound for sound in self._coming if sound.at_ms > at_ms]
        return begun

    def is_busy(self, at_ms: int) -> bool:
        """Whether something sounds, or an entry was begun and is not over."""
        walk = self._walk
        if walk is not None and walk.recorded is not None:
            recorded = walk.recorded
            return max(recorded.begin_ms, recorded.spoken_ms) > at_ms
        return walk is not None and (_quiet_ms(walk) > at_ms or self._entry_ms is not None)

    def is_listening(self) -> bool:
        """Whether the document at hand ends in a Gather."""
        return self._state is not None and isinstance(self._last(), Collect)

    def hang_up(self, at_ms: int) -> None:
        """The caller is gone."""
        self._over, self._coming = True, []

    def restart(self, at_ms: int) -> bool:
        """The provider holds the call and goes on with its document."""
        return True

    def retry(self, at_ms: int) -> Retried | None:
        """The last request comes again: the state renders to the same bytes, nothing happens.

        A request that waits for a lookup has no answer yet; its repeat waits for the same one.
        """
        if self._state is None:
            return None
        document = self._documents.of(self._state)
        return Retried(document is None or document.body == self._given)

    def texts(self) -> Sequence[str]:
        """Every document that went out."""
        return self._texts

    def _last(self) -> Asked | None:
        """What the caller is to hear or to answer, by the state at hand."""
        return asked_of(self._state) if self._state is not None else None

    def _wait(self, state: State) -> Wait | None:
        """How far a caller is who waits with music."""
        asked = asked_of(state)
        if asked is None or asked.music is None:
            return None
        onwards = Address(state.call, CALLER, asked.turn, 1)
        return Wait(onwards, heard=_place_of(state) == self._place)

    def _give(self, at_ms: int) -> Sequence[Event]:
        assert self._state is not None  # noqa: S101 - a step came before
        wait = self._wait(self._state)
        document = self._documents.of(self._state, wait)
        if document is None:
            self._walk = None
            return ()
        heard = wait is not None and wait.heard
        room = bool(_bridge_of(self._state))
        self._place = _place_of(self._state) if wait or room else None
        self._asking, self._given, self._entry_ms = False, document.body, None
        self._texts.append(document.body.decode())
        lengths = {self._addresses.media(p.audio): p for p in self._prompts() if p.audio}
        self._walk = Walk(document.body, at_ms, lambda url: round(lengths[url].seconds * 1000))
        self._coming = [] if heard else self._schedule(at_ms)
        self._sounding = _quiet_ms(self._walk) > at_ms
        return self._follow(self._walk.tick(at_ms), at_ms)

    def _prompts(self) -> tuple[Prompt, ...]:
        last = self._last()
        return last.prompts if last is not None else ()

    def _schedule(self, at_ms: int) -> list[Sound]:
        """Which prompt each sound of the document is, in order."""
        assert self._walk is not None  # noqa: S101 - called for a walk that has begun
        spoken = [sound for sound in self._walk.sounds if sound.kind != "Pause"]
        said = [p for p in self._prompts() if p.audio or clean(p.text)]
        return [Sound(s.begin_ms, p) for s, p in zip(spoken, said, strict=False)]

    def _follow(self, came: Next | None, at_ms: int) -> Sequence[Event]:
        """What the provider does next; a request of its own is answered by an event."""
        self._coming = [sound for sound in self._coming if self._still_heard(sound)]
        if isinstance(came, Ends):
            self._over = True
        if isinstance(came, Joins):
            self._walk = None
        if not isinstance(came, Asks):
            return ()
        self._walk, self._asking, self._entry_ms = None, True, None
        parts = urlsplit(came.url)
        address = read_address(f"{parts.path}?{parts.query}")
        waiting = self._state.waiting() if self._state is not None else ()
        answers = address is not None and not address.part
        asked = next((one for one in waiting if address and one.turn == address.turn), None)
        asked = asked if answers else None
        form = Form(pairs=came.fields)
        event = answer_to(asked, form, nothing=bool(address and address.nothing)) if asked else None
        return self._give(at_ms) if event is None else (event,)

    def _still_heard(self, sound: Sound) -> bool:
        """A key stops the sounds that had not begun."""
        walk = self._walk
        return walk is None or any(one.begin_ms == sound.at_ms for one in walk.sounds)


def _quiet_ms(walk: Walk) -> int:
    """When the last prompt ends; silence and music are not waited for."""
    return max((one.end_ms for one in walk.sounds if one.kind != "Pause"), default=0)


def _bridge_of(state: State) -> int:
    caller = leg_of(state, CALLER)
    return caller.bridge if caller is not None and state.region == LIVE else 0


def _place_of(state: State) -> tuple[int, int] | None:
    """Where a caller is to be: the bridge, or the turn of what he hears; None = nothing new."""
    if state.region != LIVE or state.ended:
        return (0, 0)
    bridge, asked = _bridge_of(state), asked_of(state)
    if bridge:
        return (bridge, 0)
    return None if asked is None else (0, asked.turn)
