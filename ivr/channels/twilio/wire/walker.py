"""What the provider does with a document of ours: what is heard when, and what it asks next.

Pure, with its own time (integer milliseconds on any scale): flow tests with `channel: twilio` and
the fake provider of our tests walk documents with it. Source: Twilio, "TwiML Voice" and its verbs
Say, Play, Pause, Gather, Redirect, Hangup, Reject, Dial with Conference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from xml.etree import ElementTree

from ivr.domain.errors import ChannelError

MOST_BYTES = 64 * 1024
CHARACTERS_PER_SECOND = 14
"""How fast a voice speaks, the estimate that the checker proves promises with."""
PLAY_MS = 3_000
BEEP_MS = 500
RECORDING = "RE00000000000000000000000000000001"
"""The name of the only recording of a call that is walked."""
_KEYS = frozenset("0123456789*#")
_SOUNDS = frozenset({"Say", "Play", "Pause"})
_ATTRIBUTES = {
    "Say": frozenset({"language", "voice"}),
    "Play": frozenset(),
    "Pause": frozenset({"length"}),
    "Gather": frozenset(
        {"action", "method", "input", "timeout", "numDigits", "finishOnKey", "actionOnEmptyResult"}
        | {"hints", "speechTimeout", "language"}
    ),
    "Record": frozenset(
        {"action", "method", "maxLength", "timeout", "finishOnKey", "playBeep", "trim"}
        | {"recordingStatusCallback", "recordingStatusCallbackMethod"}
        | {"recordingStatusCallbackEvent"}
    ),
    "Redirect": frozenset({"method"}),
    "Hangup": frozenset(),
    "Reject": frozenset({"reason"}),
    "Dial": frozenset({"action", "method", "timeLimit"}),
}
_ROOM = frozenset(
    {"beep", "startConferenceOnEnter", "endConferenceOnExit", "waitUrl", "waitMethod", "muted"}
    | {"coach", "statusCallback", "statusCallbackMethod", "statusCallbackEvent"}
)


class DocumentError(ChannelError):
    """The provider would not take this document and would read an error out to the caller."""

    code = "document"


@dataclass(frozen=True, slots=True)
class Asks:
    """The provider posts to `url` with these fields beside the usual ones. `at_ms`: when."""

    url: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Ends:
    """The provider ends the call. reason: `hangup rejected busy`, or `over` (nothing left)."""

    reason: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Sound:
    """Something the caller hears. kind: `Say`, `Play` or `Pause`. text: words, or the URL."""

    kind: str
    text: str
    language: str
    begin_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Joins:
    """The provider puts the call into a conference. room: how it is named. action: asked after it.

    how: the other attributes of the room, as written.
    """

    room: str
    action: str
    how: tuple[tuple[str, str], ...]
    at_ms: int


Next: TypeAlias = "Asks | Ends | Joins"
PlayLength: TypeAlias = Callable[[str], int]


def parse(document: bytes) -> ElementTree.Element:
    """The `<Response>` of a document. Raises DocumentError for all that the provider refuses."""
    if len(document) > MOST_BYTES:
        raise DocumentError("longer than 64 KB (error 11750)")
    if b"<!" in document:
        raise DocumentError("a document has no DTD and no comments")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - no DTD, and of our own making
    except ElementTree.ParseError as error:
        raise DocumentError("not XML (error 12100)") from error
    if root.tag != "Response" or root.attrib:
        raise DocumentError("the root is <Response>")
    for verb in root:
        _check(verb, inside_gather=False)
    return root


def _check(verb: ElementTree.Element, *, inside_gather: bool) -> None:
    known = _SOUNDS if inside_gather else frozenset(_ATTRIBUTES)
    if verb.tag not in known or not _ATTRIBUTES[verb.tag].issuperset(verb.attrib):
        raise DocumentError(f"<{verb.tag}> or an attribute of it is unknown here (error 12200)")
    if verb.tag not in {"Gather", "Dial"} and len(verb):
        raise DocumentError(f"<{verb.tag}> holds nothing")
    if verb.tag in {"Say", "Play", "Redirect"} and not (verb.text or "").strip():
        raise DocumentError(f"<{verb.tag}> is empty (error 13520)")
    if verb.tag == "Pause":
        _whole(verb, "length", "1")
    if verb.tag == "Gather":
        _check_gather(verb)
    if verb.tag == "Dial":
        _check_dial(verb)
    if verb.tag == "Record":
        _check_record(verb)


def _check_record(verb: ElementTree.Element) -> None:
    if not verb.get("action"):
        raise DocumentError("<Record> without action asks the same URL again")
    if _whole(verb, "maxLength", "3600") < 1 or _whole(verb, "timeout", "5") < 1:
        raise DocumentError("maxLength and timeout are at least 1")
    if not _KEYS.issuperset(verb.get("finishOnKey", "1234567890*#")):
        raise DocumentError("finishOnKey is made of keys (error 13613)")


def _check_dial(verb: ElementTree.Element) -> None:
    """Of all that can be dialled our documents name rooms only."""
    _whole(verb, "timeLimit", "14400")
    rooms = list(verb)
    if len(rooms) != 1 or rooms[0].tag != "Conference" or not verb.get("action"):
        raise DocumentError("<Dial> wants an action and one <Conference>")
    if not _ROOM.issuperset(rooms[0].attrib) or not (rooms[0].text or "").strip():
        raise DocumentError("<Conference> without a name, or with an unknown attribute")


def _whole(verb: ElementTree.Element, name: str, default: str) -> int:
    text = verb.get(name, default)
    if not (text.isascii() and text.isdecimal() and len(text) <= 6):
        raise DocumentError(f"{name} of <{verb.tag}> is not a whole number")
    return int(text)


def _check_gather(verb: ElementTree.Element) -> None:
    if not verb.get("action"):
        raise DocumentError("<Gather> without action asks the same URL again")
    if _whole(verb, "numDigits", "1") < 1 or _whole(verb, "timeout", "5") < 1:
        raise DocumentError("numDigits and timeout are at least 1 (error 13314)")
    if not _KEYS.issuperset(verb.get("finishOnKey", "#")):
        raise DocumentError("finishOnKey is made of keys (error 13310)")
    for part in verb:
        _check(part, inside_gather=True)


@dataclass(slots=True)
class _Gather:
    """A Gather that is open. Keys count from `begin_ms`; its one timer runs from `since_ms`."""

    verb: ElementTree.Element
    begin_ms: int
    since_ms: int
    digits: str = field(default="", repr=False)

    @property
    def due_ms(self) -> int:
        return self.since_ms + int(self.verb.get("timeout", "5")) * 1000

    def asks(self, at_ms: int, *fields: tuple[str, str]) -> Asks:
        return Asks(self.verb.get("action", ""), fields, at_ms)


@dataclass(slots=True)
class Recorded:
    """A Record under way. Sound counts from `begin_ms`, after the tone; spoken_ms: of the last."""

    verb: ElementTree.Element
    begin_ms: int
    spoken_ms: int = -1

    @property
    def due_ms(self) -> int:
        """When it ends by itself."""
        silent_ms = max(self.begin_ms, self.spoken_ms) + int(self.verb.get("timeout", "5")) * 1000
        return min(silent_ms, self.begin_ms + int(self.verb.get("maxLength", "3600")) * 1000)

    @property
    def told(self) -> str:
        """Where it is told what became of it."""
        return self.verb.get("recordingStatusCallback", "")

    def seconds(self, at_ms: int) -> int:
        """Its length if it ends now, in whole seconds as the provider counts."""
        return max(0, round((at_ms - self.begin_ms) / 1000))

    def asks(self, at_ms: int, digits: str) -> Asks:
        """What the provider posts at its end."""
        name = ("RecordingUrl", f"https://api.twilio.com/Recordings/{RECORDING}")
        length = ("RecordingDuration", str(self.seconds(at_ms)))
        fields = (name, ("RecordingSid", RECORDING), length, ("Digits", digits))
        return Asks(self.verb.get("action", ""), fields, at_ms)


class Walk:
    """One document being carried out. `sounds`: all that was or will be heard if nobody presses."""

    def __init__(
        self, document: bytes, at_ms: int, play_ms: PlayLength = lambda _url: PLAY_MS
    ) -> None:
        """Begin a document at a moment. play_ms: URL of a recording -> its length."""
        self._verbs = list(parse(document))
        self._play_ms = play_ms
        self._place = 0
        self._gather: _Gather | None = None
        self.recorded: Recorded | None = None
        self._next: Next | None = None
        self.sounds: list[Sound] = []
        self._go_on(at_ms)

    @property
    def due_ms(self) -> int:
        """When the provider acts by itself if nobody presses a key or speaks."""
        if self._gather is not None:
            return self._gather.due_ms
        if self.recorded is not None:
            return self.recorded.due_ms
        assert self._next is not None  # noqa: S101 - a walk stands at a Gather or at its end
        return self._next.at_ms

    def listens(self, at_ms: int) -> bool:
        """Whether a key pressed now would count."""
        return self._gather is not None and at_ms >= self._gather.begin_ms

    @property
    def quiet_ms(self) -> int:
        """When the last sound ends."""
        return max((sound.end_ms for sound in self.sounds), default=0)

    def tick(self, at_ms: int) -> Next | None:
        """Time has come to `at_ms`: what the provider does, if anything is due."""
        while self.due_ms <= at_ms:
            if self.recorded is not None:
                asks = self._recorded(self.recorded)
                if asks is not None:
                    return asks
                continue
            gather = self._gather
            if gather is None:
                return self._next
            if gather.digits or gather.verb.get("actionOnEmptyResult") == "true":
                return gather.asks(gather.due_ms, ("Digits", gather.digits))
            self._gather = None
            self._go_on(gather.due_ms)
        return None

    def press(self, key: str, at_ms: int) -> Next | None:
        """One key, lost where no Gather is open. A key in the millisecond of the timer wins."""
        if key not in _KEYS:
            raise ValueError("not a key a provider tells")
        due = self.tick(at_ms - 1)
        if due is None and self.recorded is not None:
            return self._press_in(self.recorded, key, at_ms)
        gather = self._gather
        if due is not None or gather is None or at_ms < gather.begin_ms:
            return due
        self._cut(gather, at_ms)
        if key in gather.verb.get("finishOnKey", "#"):
            return gather.asks(at_ms, ("Digits", gather.digits), ("FinishedOnKey", key))
        gather.digits += key
        full = len(gather.digits) == int(gather.verb.get("numDigits", "0"))
        return gather.asks(at_ms, ("Digits", gather.digits)) if full else None

    def say(self, words: str, at_ms: int) -> Next | None:
        """Something said; a key of this entry wins over it."""
        due = self.tick(at_ms - 1)
        gather = self._gather
        if due is not None or gather is None or at_ms < gather.begin_ms or gather.digits:
            return due
        if "speech" not in gather.verb.get("input", "dtmf").split():
            return None
        self._cut(gather, at_ms)
        return gather.asks(at_ms, ("SpeechResult", words), ("Confidence", "0.9"))

    def speak(self, seconds: float, at_ms: int) -> None:
        """The caller speaks for so long, from now or from the tone on."""
        if self.recorded is not None:
            begin_ms = max(at_ms, self.recorded.begin_ms)
            self.recorded.spoken_ms = begin_ms + round(seconds * 1000)

    def hang_up(self, at_ms: int) -> Asks | None:
        """The caller goes: what the provider posts of a recording that was under way."""
        recorded, self.recorded = self.recorded, None
        if recorded is None or recorded.spoken_ms < 0:
            return None
        return recorded.asks(at_ms, "hangup")

    def _press_in(self, recorded: Recorded, key: str, at_ms: int) -> Next | None:
        ends = key in recorded.verb.get("finishOnKey", "1234567890*#")
        if not ends or at_ms < recorded.begin_ms:
            return None
        return recorded.asks(at_ms, key)

    def _recorded(self, recorded: Recorded) -> Asks | None:
        """It has ended by itself; of an empty one the provider tells nobody and goes on."""
        at_ms = recorded.due_ms
        if recorded.spoken_ms >= 0:
            return recorded.asks(at_ms, "")
        self.recorded = None
        self._go_on(at_ms)
        return None

    def _cut(self, gather: _Gather, at_ms: int) -> None:
        """A key or word stops the sound and starts the timer again."""
        gather.since_ms = at_ms
        heard = [sound for sound in self.sounds if sound.begin_ms < at_ms]
        self.sounds = [replace(one, end_ms=min(one.end_ms, at_ms)) for one in heard]

    def _go_on(self, at_ms: int) -> None:
        """Carry out verbs up to the next Gather or the end of the document."""
        while self._place < len(self._verbs):
            verb = self._verbs[self._place]
            self._place += 1
            if verb.tag in _SOUNDS:
                at_ms = self._sound(verb, at_ms)
            elif verb.tag == "Gather":
                self._listen(verb, at_ms)
                return
            elif verb.tag == "Record":
                self.recorded = Recorded(verb, at_ms + BEEP_MS)
                return
            else:
                self._next = _last(verb, at_ms)
                return
        self._next = Ends("over", at_ms)

    def _listen(self, verb: ElementTree.Element, begin_ms: int) -> None:
        at_ms = begin_ms
        for part in verb:
            at_ms = self._sound(part, at_ms)
        self._gather = _Gather(verb, begin_ms, at_ms)

    def _sound(self, verb: ElementTree.Element, at_ms: int) -> int:
        """Lay one sound on the time line; tells when it ends."""
        text = (verb.text or "").strip()
        end_ms = at_ms + self._length_ms(verb, text)
        self.sounds.append(Sound(verb.tag, text, verb.get("language", ""), at_ms, end_ms))
        return end_ms

    def _length_ms(self, verb: ElementTree.Element, text: str) -> int:
        if verb.tag == "Pause":
            return int(verb.get("length", "1")) * 1000
        if verb.tag == "Play":
            return self._play_ms(text)
        return round(len(text) * 1000 / CHARACTERS_PER_SECOND)


def _last(verb: ElementTree.Element, at_ms: int) -> Next:
    if verb.tag == "Redirect":
        return Asks((verb.text or "").strip(), (), at_ms)
    if verb.tag == "Dial":
        room = verb[0]
        how = tuple(sorted(room.attrib.items()))
        return Joins((room.text or "").strip(), verb.get("action", ""), how, at_ms)
    if verb.tag == "Reject":
        return Ends(verb.get("reason", "rejected"), at_ms)
    return Ends("hangup", at_ms)
