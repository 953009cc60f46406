"""What a request says about a call, and the URLs that lead the provider back to it.

Each URL we hand out names the call `c`, the leg `l`, the turn `t` that it answers and, while we
wait for something, the part `p`; all of it under the provider's signature (flow-engine.md 5.4).
Source of the form fields: Twilio, "Request parameters" of TwiML Voice, Gather and status callbacks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from urllib.parse import quote

from ivr.channels.twilio.wire.forms import Form, FormError, call_status, parse_form
from ivr.domain.call import CALLER, CallId, Cause, EndedBy, LegId, Turn
from ivr.domain.commands import Collect, Play, Waiting
from ivr.domain.events import Answer, KeysCollected, LegEnded, PromptEnded
from ivr.domain.fold import fold
from ivr.domain.phone import parse_phone, withheld
from ivr.domain.recording import HANGUP, KEY, LONGEST, SILENCE, MessageTaken, TakeMessage
from ivr.domain.values import Sealed
from ivr.media.collect import KEYS, Collector, Heard, Listen

LIMITS = "#ct=2000&rt=8000&tt=15000&rc=2&rp=all"
"""How long the provider waits for us and that it may try again; neither sent nor signed.

Milliseconds to connect, to read and in total; two retries, on every kind of failure (Twilio,
"Webhooks connection overrides").
"""
MOST_DIGITS = 64
LEAST_S = 1.0
"""The shortest length that the provider can count."""
KNOWN_KEYS = 2
"""Entries of a menu up to this length are judged once for all callers."""
DOORS = 500_000_000
"""Rows from here on name an address that we gave the provider by REST: no call has so many."""
_LONG_AFTER_MS = 10**9
_NUMBER = re.compile(r"[0-9]{1,9}")
_CALL = re.compile(r"[0-9A-Za-z_-]{1,64}")
_OURS = re.compile(
    r"\?c=([0-9A-Za-z_-]{1,64})&l=([0-9]{1,9})&(?:t=([0-9]{1,9})|n=([0-9]{1,9}))"
    r"(?:&p=([0-9]{1,9}))?(&e=1)?\Z"
)
_RECORDING = re.compile(r"[0-9A-Za-z-]{8,64}")
_HUNG_UP = "hangup"
"""What ended a recording stands where else the keys are."""
_END_MARKS = " .,;:!?…"


@dataclass(frozen=True, slots=True)
class Address:
    """Which request of a call this is.

    turn: the question it answers; below 0 it answers none and only asks what to do now, then it is
    -1 less the journal row at which it was handed out, so that no two states share an address.
    nothing: the provider says that nothing was heard.
    """

    call: CallId
    leg: LegId
    turn: int
    part: int = 0
    nothing: bool = False

    @property
    def page(self) -> str:
        """The last part of the path."""
        return "ask" if self.turn < 0 else "next"

    @property
    def query(self) -> str:
        """The query, always in the same order."""
        which = f"n={-self.turn - 1}" if self.turn < 0 else f"t={self.turn}"
        part = f"&p={self.part}" if self.part else ""
        nothing = "&e=1" if self.nothing else ""
        return f"c={self.call}&l={self.leg}&{which}{part}{nothing}"


def ask_turn(seq: int) -> int:
    """The turn of an address that asks what to do, handed out at this journal row."""
    return -1 - seq


def door_turn(seq: int) -> int:
    """The turn of the address by which we move a call ourselves, at this journal row."""
    return ask_turn(DOORS + seq)


def is_door(turn: int) -> bool:
    """Whether this is the turn of such an address."""
    return turn <= ask_turn(DOORS)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The URLs of one trunk. public_base: as the provider knows us, no slash at its end."""

    public_base: str
    trunk: str

    def url(self, address: Address) -> str:
        """The whole URL of a request, with the provider's limits."""
        return f"{self.hook(address.page)}?{address.query}{LIMITS}"

    def at(self, page: str, address: Address) -> str:
        """The same address on another page."""
        return f"{self.hook(page)}?{address.query}{LIMITS}"

    def hook(self, page: str) -> str:
        """The URL of a page of this trunk, without query."""
        return f"{self.public_base}/hooks/{quote(self.trunk, safe='')}/{page}"

    def media(self, audio: str) -> str:
        """The URL of a recorded prompt."""
        return f"{self.public_base}/media/{quote(audio, safe='')}.wav"


def read_address(raw_target: str) -> Address | None:
    """The address in the query of a raw target; None if it is none of ours.

    Each name at most once, numbers in plain digits: what we did not write we do not read.
    """
    ours = _OURS.search(raw_target)
    if ours is not None:
        return _as_written(ours)
    try:
        form = parse_form(raw_target.partition("#")[0].partition("?")[2].encode())
    except (FormError, UnicodeEncodeError):
        return None
    names = [name for name, _value in form.pairs]
    if len({*names}) != len(names) or not _CALL.fullmatch(form.one("c")):
        return None
    return _address(form)


def _as_written(found: re.Match[str]) -> Address:
    """An address exactly as `Address.query` writes it, which nearly all are."""
    call, leg, turn, row, part, nothing = found.groups()
    which = ask_turn(int(row)) if row else int(turn)
    return Address(CallId(call), LegId(int(leg)), which, int(part or 0), nothing is not None)


def _address(form: Form) -> Address | None:
    leg, turn, row = (_whole(form, name) for name in ("l", "t", "n"))
    part = _whole(form, "p") if form.one("p") else 0
    if row is not None:
        turn = ask_turn(row)
    if leg is None or turn is None or part is None:
        return None
    nothing = form.one("e") == "1"
    return Address(CallId(form.one("c")), LegId(leg), turn, part, nothing)


def _whole(form: Form, name: str) -> int | None:
    text = form.one(name)
    return int(text) if _NUMBER.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class Ringing:
    """A call that comes in. ani: E.164, None if hidden or no number. dnis: E.164 or as it came."""

    provider_ref: str
    dnis: str
    ani: str | None


def ringing(form: Form, country: str) -> Ringing:
    """The call that a voice request offers."""
    to = form.one("To").strip()
    return Ringing(
        provider_ref=form.one("CallSid"),
        dnis=parse_phone(to, country, keep_short=True) or to,
        ani=_sender(form.one("From"), country),
    )


def _sender(text: str, country: str) -> str | None:
    if withheld(text):
        return None
    user = text.strip().removeprefix("sips:").removeprefix("sip:").partition("@")[0]
    return parse_phone(user, country, keep_short=True)


def leg_ended(form: Form) -> LegEnded | None:
    """The end of the caller's leg as a status callback tells it; None for any other news."""
    status = call_status(form.one("CallStatus"))
    if status is None or status.cause is None:
        return None
    by = EndedBy.LOST if status.cause is Cause.FAILED else EndedBy.CALLER
    return LegEnded(leg=CALLER, cause=status.cause, by=by)


def answer_to(command: Waiting, form: Form, *, nothing: bool = False) -> Answer | None:
    """What a request at the turn of this command says; None if no request can answer it."""
    if isinstance(command, Play) and command.music is None:
        return PromptEnded(turn=command.turn, leg=command.leg)
    if isinstance(command, Collect):
        return keys_collected(command, form, nothing=nothing)
    if isinstance(command, TakeMessage):
        return message_taken(command, form, nothing=nothing)
    return None


def message_taken(asked: TakeMessage, form: Form, *, nothing: bool = False) -> MessageTaken:
    """What the provider has recorded."""
    length_s = recorded_s(form)
    ended_by = _ended_by(asked, form.one("Digits"), length_s or 0.0)
    name = "" if nothing or is_absent(form) else recording_name(form)
    return message_of(asked, name, length_s, ended_by)


def message_of(
    asked: TakeMessage, name: str, length_s: float | None, ended_by: str
) -> MessageTaken:
    """A recording as a message. length_s: as the provider counts, in whole seconds and with the
    silence that ended it; None = it does not say: then it counts as the least that is a message.

    Silence before a hang-up is not taken off: here nobody knows how much of it there was.
    """
    if length_s is None:
        length_s = max(asked.shortest_s, LEAST_S)
    elif ended_by == SILENCE:
        length_s -= ceil(asked.silence_s)
    if not name or length_s < asked.shortest_s or length_s <= 0:
        return MessageTaken(turn=asked.turn, ended_by=ended_by)
    return MessageTaken(turn=asked.turn, seconds=length_s, ended_by=ended_by, source=name)


def recorded_s(form: Form) -> float | None:
    """How long a recording is, in seconds; None if the provider does not say."""
    length = form.one("RecordingDuration")
    return float(length) if _NUMBER.fullmatch(length) else None


def by_hangup(form: Form) -> bool:
    """Whether a recording ended with the call."""
    return form.one("Digits") == _HUNG_UP


def _ended_by(asked: TakeMessage, digits: str, length_s: float) -> str:
    if digits == _HUNG_UP:
        return HANGUP
    if digits and digits == asked.end_key:
        return KEY
    return LONGEST if length_s >= ceil(asked.longest_s) else SILENCE


def is_absent(form: Form) -> bool:
    """Whether the provider tells that there is no recording."""
    return form.one("RecordingStatus") in {"absent", "failed"}


def recording_name(form: Form) -> str:
    """The provider's own name of a recording, "" = none that we would ask for."""
    name = form.one("RecordingSid") or form.one("RecordingUrl").rpartition("/")[2]
    return name if _RECORDING.fullmatch(name) else ""


def keys_collected(asked: Collect, form: Form, *, nothing: bool = False) -> KeysCollected:
    """What the caller keyed or said, judged by the same collector as on every other channel.

    nothing: the request came because no key and no word did; what else it says does not count.
    The keys are sealed here, before anything else sees them.
    """
    heard = classify(asked, Form() if nothing else form)
    return KeysCollected(
        turn=Turn(asked.turn),
        keys=Sealed(heard.keys),
        reason=str(heard.reason),
        words=heard.words,
        ended_by=str(heard.ended_by),
    )


def classify(asked: Collect, form: Form) -> Heard:
    """Match, or what was wrong. The provider tells keys without times: they count as prompt.

    Keys after the one that settled the entry are dropped: this channel keeps none (F902).
    """
    keys, words = _keys(asked, form), spoken_words(form.one("SpeechResult"))
    if asked.entry_most or asked.secret or words or len(keys) > KNOWN_KEYS:
        return _judged(_listen(asked), keys, words)
    return _choice(asked.keys, asked.end_key, asked.empty, keys)


@lru_cache(maxsize=4096)
def _choice(keys: tuple[str, ...], end_key: str, empty: bool, pressed: str) -> Heard:
    """A key or two in a menu, judged once for all callers. A free entry is never kept here."""
    return _judged(Listen(keys=keys, end_key=end_key, empty=empty), pressed, "")


def _judged(listen: Listen, keys: str, words: str) -> Heard:
    """What the collector makes of these keys, then of these words, then of silence."""
    collector = Collector()
    heard = collector.listen(listen, (), 0)
    for at_ms, key in enumerate(keys):
        heard = heard or collector.press(key, at_ms)
    if heard is None and words:
        heard = collector.say(words, MOST_DIGITS)
    heard = heard or collector.tick(_LONG_AFTER_MS)
    assert heard is not None  # noqa: S101 - a listen always ends in time
    return heard


def _listen(asked: Collect) -> Listen:
    """As asked, but a full entry ends at once, since the provider ends it there too."""
    return Listen(
        keys=asked.keys,
        entry_least=asked.entry_least,
        entry_most=asked.entry_most,
        first_s=asked.first_s,
        between_s=asked.between_s,
        end_key=asked.end_key,
        empty=asked.empty,
        decimal=asked.decimal,
        words=asked.words if asked.speech else (),
    )


def _keys(asked: Collect, form: Form) -> str:
    """Keys in order, the end key with them where the provider tells it apart."""
    digits = form.one("Digits")
    if len(digits) > 1 or digits not in KEYS:
        digits = "".join([key for key in digits if key in KEYS])[:MOST_DIGITS]
    ended_on = form.one("FinishedOnKey")
    named = bool(asked.end_key) and ended_on == asked.end_key
    return digits + ended_on if named and not digits.endswith(ended_on) else digits


def is_lone_end_key(form: Form, end_key: str) -> bool:
    """Whether the end key was all that was pressed (two spellings are reported)."""
    digits = form.one("Digits")
    return bool(end_key) and (
        digits == end_key or (not digits and form.one("FinishedOnKey") == end_key)
    )


def spoken_words(text: str) -> str:
    """Recognised speech as flows compare it: folded, without the full stop recognisers add."""
    return fold(text).strip(_END_MARKS) if text else ""
