"""From the state of a call to the one document that the provider shall carry out now.

The same state gives the same bytes: no clock and no chance in here.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import ceil
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from ivr.channels.twilio import twiml
from ivr.channels.twilio.wire.calls import Address, Addresses, ask_turn
from ivr.domain.call import CALLER, BridgeId, CallId, LegId, Mode, Prompt, Turn
from ivr.domain.changed import changed
from ivr.domain.commands import Collect, Play, Waiting
from ivr.domain.recording import TakeMessage
from ivr.engine import apology
from ivr.engine.legs import leg_of
from ivr.engine.state import LIVE, State
from ivr.flow.model import Listening

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

XML = "text/xml"
T = TypeVar("T", Collect, Play, TakeMessage)
Asked: TypeAlias = Collect | Play | TakeMessage
LANGUAGES_OF_THE_APOLOGY = ("tr", "en")
STORE_PAUSE_S = 2
WAIT_PAUSE_S = 1
PIECE_S = 30
"""No piece of music is longer, with the second in which the last key is waited for."""
ACCEPT_S = 5
"""How long we wait for the key that takes a call."""
PATTERNS = 4096
"""Documents kept as patterns: drawing one takes the provider's package 40 µs, filling it in 1."""
_CALL, _TURN = CallId("0call0"), Turn(999_999_999)
_PLACE = f"c={_CALL}&amp;l={CALLER}&amp;t={_TURN}".encode()
_UNSHOWN = {"turn", "ahead", "flush"}
"""Fields of a listen that no document shows; the same document serves whatever they hold."""


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes for the provider. longest_s: the longest it can keep the caller by itself."""

    body: bytes
    longest_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Wait:
    """A piece of a wait with music. onwards: where the caller comes back to after it.

    piece: of the music, counted on and on. heard: the prompts of this wait were heard already.
    """

    onwards: Address
    piece: int = 0
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a room. coached: the provider's name of the call that alone hears this one."""

    call: CallId
    leg: LegId
    bridge: BridgeId
    mode: Mode = Mode.TALK
    coached: str = ""


def _no_music(_song: str, _piece: int) -> str:
    return ""


def asked_of(state: State) -> Asked | None:
    """What the caller is to hear, to answer or to say now."""
    waiting = [one for one in state.waiting() if one.leg == CALLER]
    return _last(waiting, Collect) or _last(waiting, TakeMessage) or _last(waiting, Play)


def room_name(call: CallId, bridge: BridgeId) -> str:
    """What a bridge is called at the provider: nothing that tells who is in it."""
    return f"{call}-{bridge}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A document for nobody: call and turn are to stand between its parts."""

    parts: tuple[bytes, ...]
    longest_s: float


class Documents:
    """The documents of one trunk.

    voices: language -> the provider's voice. speech: languages in which callers may speak. music:
    song and piece -> the URL it is fetched from, "" if there is none yet.
    """

    def __init__(
        self,
        addresses: Addresses,
        voices: Mapping[str, str],
        speech: Sequence[str] = (),
        music: Callable[[str, int], str] = _no_music,
    ) -> None:
        self._addresses = addresses
        self._music = music
        self._speech = frozenset(speech)
        self.speaker = twiml.Speaker(addresses.media, voices)
        self._patterns: dict[tuple[object, ...], Pattern] = {}
        self.hangup = Document(twiml.document(twiml.hangup()))
        self.reject = Document(twiml.document(twiml.reject()))
        self.busy = Document(twiml.document(twiml.reject("busy")))
        self.sorry = self._sorry()

    def of(self, state: State, wait: Wait | None = None) -> Document | None:
        """What the state wants said; None while it only waits for a lookup or a timer.

        wait: how far the caller is, if it is music that the state wants.
        """
        if state.region != LIVE or state.ended:
            return self.hangup
        caller, asked = leg_of(state, CALLER), asked_of(state)
        if caller is not None and caller.bridge:
            return self.room(Seat(state.call, CALLER, caller.bridge, caller.mode))
        if asked is None:
            return None
        if isinstance(asked, TakeMessage) or asked.music is None:
            return self._addressed(state.call, asked)
        first = Wait(Address(state.call, CALLER, asked.turn, 1))
        return self._waiting(state.call, asked, wait or first)

    def room(self, seat: Seat) -> Document:
        """Talk with whoever else is in the room."""
        back = Address(seat.call, seat.leg, seat.bridge)
        room = twiml.Room(
            room_name(seat.call, seat.bridge),
            action=self._addresses.at("left", back),
            events=self._addresses.at("room", Address(seat.call, CALLER, seat.bridge)),
            muted=seat.mode in (Mode.MUTE, Mode.LISTEN),
            coach=seat.coached if seat.mode is Mode.WHISPER else "",
        )
        after = twiml.redirect(self._addresses.at("left", back))
        return Document(twiml.document(twiml.conference(room), after), twiml.LONGEST_TALK_S)

    def said(self, asked: Play, call: CallId) -> Document:
        """Prompts that somebody other than the caller hears, then the request that says so."""
        last = self._redirect(Address(call, asked.leg, asked.turn))
        verbs = self.speaker.verbs(asked.prompts)
        return Document(twiml.document(*verbs, last), _seconds(asked.prompts))

    def acceptance(self, prompt: Prompt, again: Address) -> Document:
        """Whoever has answered shall press a key, so that no mailbox takes a call."""
        listening = twiml.Listening(
            self._addresses.at("leg", again), ACCEPT_S, num_digits=1, finish_on_key=""
        )
        body = twiml.document(
            twiml.gather(listening, self.speaker.verbs([prompt])),
            twiml.redirect(self._addresses.at("leg", again)),
        )
        return Document(body, prompt.seconds + ACCEPT_S)

    def pause(self, onwards: Address) -> Document:
        """A moment of silence, then another look at what is to be done."""
        return self._wait(WAIT_PAUSE_S, onwards)

    def hold(self, again: Address) -> Document:
        """What somebody hears who is on hold in a room: music, for ever."""
        return Document(
            twiml.document(
                self._song("", again.part), twiml.redirect(self._addresses.at("hold", again))
            )
        )

    def back(self, page: str, address: Address) -> Document:
        """The database is away: silence, then the same request once more."""
        again = twiml.redirect(self._addresses.at(page, address))
        return Document(twiml.document(twiml.pause(STORE_PAUSE_S), again), STORE_PAUSE_S)

    def filler(self, call: CallId, turn: int, part: int) -> Document:
        """A moment of silence, then the next part of the same wait."""
        return self._wait(WAIT_PAUSE_S, Address(call, CALLER, turn, part + 1))

    def later(self, call: CallId, seq: int) -> Document:
        """The database is away: silence, then the caller asks again what to do."""
        return self._wait(STORE_PAUSE_S, Address(call, CALLER, ask_turn(seq)))

    def again(self, call: CallId, seq: int) -> Document:
        """Straight on to what is to be done now."""
        return Document(twiml.document(self._redirect(Address(call, CALLER, ask_turn(seq)))))

    def elsewhere(self, url: str) -> Document:
        """Straight on to a document on another host."""
        return Document(twiml.document(twiml.redirect(url)))

    def _sorry(self) -> Document:
        prompts = [apology.prompt(language) for language in LANGUAGES_OF_THE_APOLOGY]
        body = twiml.document(*self.speaker.verbs(prompts), twiml.hangup())
        return Document(body, _seconds(prompts))

    def _wait(self, seconds: int, address: Address) -> Document:
        body = twiml.document(twiml.pause(seconds), self._redirect(address))
        return Document(body, seconds)

    def _addressed(self, call: CallId, asked: Asked) -> Document:
        """The document of a waiting command: drawn once, then only call and turn are put in."""
        key = _SHOWN[type(asked)](asked)
        pattern = self._patterns.get(key)
        if pattern is None:
            pattern = self._keep(key, asked)
        own = f"c={call}&amp;l={CALLER}&amp;t={asked.turn}".encode()
        return Document(own.join(pattern.parts), pattern.longest_s)

    def _keep(self, key: tuple[object, ...], asked: Asked) -> Pattern:
        """Draw a pattern; when there are too many the oldest goes."""
        nobody = changed(asked, turn=_TURN)
        drawn = self._drawn(nobody)
        pattern = Pattern(tuple(drawn.body.split(_PLACE)), drawn.longest_s)
        if len(self._patterns) >= PATTERNS:
            del self._patterns[next(iter(self._patterns))]
        self._patterns[key] = pattern
        return pattern

    def _drawn(self, asked: Asked) -> Document:
        if isinstance(asked, Collect):
            return self._listening(asked)
        return self._recording(asked) if isinstance(asked, TakeMessage) else self._saying(asked)

    def _recording(self, asked: TakeMessage) -> Document:
        """Prompts, a tone, and the caller's words. Who says nothing at all comes back by himself:
        of an empty recording the provider tells nobody."""
        here = Address(_CALL, CALLER, asked.turn)
        told = self._addresses.at("recording", here)
        recording = _recorded(asked, self._addresses.url(here), told)
        body = twiml.document(
            *self.speaker.verbs(asked.prompts),
            twiml.record(recording),
            self._redirect(Address(_CALL, CALLER, asked.turn, nothing=True)),
        )
        return Document(body, _seconds(asked.prompts) + recording.longest_s)

    def _saying(self, asked: Play) -> Document:
        verbs = self.speaker.verbs(asked.prompts)
        last = self._redirect(Address(_CALL, CALLER, asked.turn))
        return Document(twiml.document(*verbs, last), _seconds(asked.prompts))

    def _listening(self, asked: Collect) -> Document:
        """Prompts that must be heard whole stand before the Gather: keys during them are lost."""
        whole = _must_be_heard(asked.prompts)
        answer = Address(_CALL, CALLER, asked.turn)
        listening = twiml.Listening(
            action=self._addresses.url(answer),
            timeout_s=max(1, ceil(max(asked.first_s, asked.between_s))),
            num_digits=most_keys(asked),
            finish_on_key=asked.end_key if _ends_by_key(asked) else "",
            hints=self._hints(asked),
            speech_timeout=_speech_timeout(asked),
            language=asked.language,
        )
        body = twiml.document(
            *self.speaker.verbs(asked.prompts[:whole]),
            twiml.gather(listening, self.speaker.verbs(asked.prompts[whole:])),
            self._redirect(Address(_CALL, CALLER, asked.turn, nothing=True)),
        )
        longest_s = _seconds(asked.prompts) + listening.timeout_s * (listening.num_digits + 1)
        return Document(body, longest_s)

    def _hints(self, asked: Collect) -> str:
        """The words a recogniser should expect; "" where callers cannot speak."""
        if not asked.speech or asked.language not in self._speech:
            return ""
        return ",".join(word.replace(",", " ") for word in asked.words)

    def _waiting(self, call: CallId, asked: Collect | Play, wait: Wait) -> Document:
        """Prompts once, then a piece of music; a key counts if the flow has some for who waits."""
        verbs = [] if wait.heard else self.speaker.verbs(asked.prompts)
        verbs.append(self._song(asked.music or "", wait.piece))
        if isinstance(asked, Collect):
            action = self._addresses.url(Address(call, CALLER, asked.turn))
            listening = twiml.Listening(action, 1, most_keys(asked), "", empty=False)
            verbs = [twiml.gather(listening, verbs)]
        body = twiml.document(*verbs, self._redirect(wait.onwards))
        return Document(body, _seconds(asked.prompts) + PIECE_S)

    def _song(self, song: str, piece: int) -> twiml.Verb:
        url = self._music(song, piece)
        return twiml.play(url) if url else twiml.pause(WAIT_PAUSE_S)

    def _redirect(self, address: Address) -> twiml.Verb:
        return twiml.redirect(self._addresses.url(address))


def _recorded(asked: TakeMessage, action: str, told: str) -> twiml.Recording:
    longest_s, silence_s = max(1, ceil(asked.longest_s)), max(1, ceil(asked.silence_s))
    return twiml.Recording(action, told, longest_s, silence_s, asked.end_key)


def _shown(kind: type[Asked]) -> Callable[[Asked], tuple[object, ...]]:
    """Everything that the document of such a command depends on."""
    return attrgetter(*[field.name for field in fields(kind) if field.name not in _UNSHOWN])


_SHOWN = {kind: _shown(kind) for kind in (Collect, Play, TakeMessage)}


def _speech_timeout(asked: Collect) -> str:
    """The silence that ends a spoken answer: whole seconds if the flow asks for more than usual."""
    usual = asked.end_silence_s == Listening().end_silence
    return "auto" if usual else str(max(1, ceil(asked.end_silence_s)))


def most_keys(asked: Collect) -> int:
    """How many keys end an entry by themselves: the longest key or the longest free entry."""
    point = 1 if asked.decimal else 0
    entry = asked.entry_most + point if asked.entry_most else 0
    return max([1, entry, *(len(key) for key in asked.keys)])


def _ends_by_key(asked: Collect) -> bool:
    """A free entry may end by its end key; in a menu `#` and `*` can be keys like others."""
    starts_key = any(asked.end_key in key for key in asked.keys) if asked.end_key else False
    return asked.entry_most > 0 and not starts_key


def _must_be_heard(prompts: Sequence[Prompt]) -> int:
    """How many prompts stand before the Gather: up to the last that no key may stop."""
    return max((n for n, prompt in enumerate(prompts, 1) if not prompt.barge_in), default=0)


def _seconds(prompts: Sequence[Prompt]) -> float:
    return sum(prompt.seconds for prompt in prompts)


def _last(waiting: Sequence[Waiting], kind: type[T]) -> T | None:
    return next((one for one in reversed(waiting) if isinstance(one, kind)), None)
