"""How long a call may live without a sign of life, and who gives it (RFC 4028).

Only decisions here: header values in, header values and seconds out. `calls/alive.py` acts on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.channels.sip.wire.messages.addresses import read_params, whole_number

if TYPE_CHECKING:
    from ivr.channels.sip.wire.messages.headers import Headers
    from ivr.channels.sip.wire.words import Terms

_MOST_S = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Session:
    """An agreed timer. `ours`: we are the one who refreshes. `min_s`: what their side asked for."""

    interval_s: int
    ours: bool
    min_s: int = 0

    @property
    def refresh_s(self) -> float:
        """When to refresh, counted from the last one: half time."""
        return self.interval_s / 2

    @property
    def give_up_s(self) -> float:
        """When to end the call that nobody refreshed: a little before the time is over."""
        return self.interval_s - min(32.0, self.interval_s / 3)


def read_expires(headers: Headers) -> tuple[int, str] | None:
    """(seconds, refresher or "") of Session-Expires, None without. WireError 400 if malformed."""
    text = headers.get("Session-Expires")
    if not text:
        return None
    number, _, rest = text.partition(";")
    refresher = (read_params(rest).get("refresher") or "").lower()
    return whole_number(number.strip(), _MOST_S), refresher


def read_min_se(headers: Headers) -> int:
    """Seconds of Min-SE, 0 without."""
    text = headers.get("Min-SE")
    return whole_number(text.partition(";")[0].strip(), _MOST_S) if text else 0


def is_supported(headers: Headers) -> bool:
    """Whether the other side knows session timers."""
    named = headers.split("Supported") + headers.split("Require")
    return any(each.lower() == "timer" for each in named)


def is_too_small(headers: Headers, terms: Terms) -> bool:
    """Whether an asked interval must be answered with 422 and our Min-SE."""
    asked = read_expires(headers)
    return asked is not None and asked[0] < terms.session_min_s and is_supported(headers)


def answer(headers: Headers, terms: Terms) -> Session | None:
    """What we agree to, being asked. None: no timer.

    The refresher is the one they name, else they; a side that knows no timer cannot refresh, so we
    do, by our own interval.
    """
    asked, min_s = read_expires(headers), read_min_se(headers)
    if not is_supported(headers):
        interval_s = asked[0] if asked else terms.session_s
        least_s = max(terms.session_min_s, min_s)
        return Session(max(interval_s, least_s), ours=True, min_s=min_s) if interval_s else None
    if asked is None:
        interval_s = max(terms.session_s, min_s)
        return Session(interval_s, ours=False, min_s=min_s) if terms.session_s else None
    return Session(asked[0], ours=asked[1] == "uas", min_s=min_s)


def answer_lines(session: Session | None, headers: Headers) -> list[tuple[str, str]]:
    """The lines of our 2xx that say what was agreed; `headers` are those of their request."""
    if session is None:
        return []
    who = "uas" if session.ours else "uac"
    lines = [("Session-Expires", f"{session.interval_s};refresher={who}")]
    if is_supported(headers):
        lines.append(("Require", "timer"))
    return lines


def offer_lines(session_s: int, min_s: int, refresher: str = "") -> list[tuple[str, str]]:
    """The lines of our INVITE or refresh. `refresher` only inside a call."""
    if not session_s:
        return []
    named = f";refresher={refresher}" if refresher else ""
    lines = [("Session-Expires", f"{session_s}{named}")]
    return [*lines, ("Min-SE", str(min_s))] if min_s else lines


def answered(headers: Headers, asked_s: int, min_s: int, least_s: int) -> Session | None:
    """What was agreed by their 2xx to our request. Without a word of theirs, we refresh.

    `least_s`: our own minimum; a shorter answer, which the RFC forbids, is read as this.
    """
    if not asked_s:
        return None
    got = read_expires(headers)
    if got is None:
        return Session(asked_s, ours=True, min_s=min_s)
    return Session(max(got[0], least_s, 1), ours=got[1] != "uas", min_s=min_s)
