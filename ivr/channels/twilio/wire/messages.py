"""Text messages in the provider's words: forms into ours, its error codes into what we do.

Source: Twilio, "Messages resource" (MessageStatus, CreateMessage), "Receive and send SMS: request
parameters" (OptOutType), "Error and warning dictionary"; twilio.md 4 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from ivr.domain.texting.messages import Report, TextIn
from ivr.domain.texting.states import (
    BAD_NUMBER,
    BLOCKED,
    DELIVERED,
    FAILED,
    NO_TEXTS,
    OPTED_OUT,
    REFUSED,
    SENT,
    TOO_LONG,
    UNDELIVERED,
    UNREACHABLE,
)
from ivr.domain.texting.words import BACK, OUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from ivr.channels.twilio.wire.forms import Form
    from ivr.domain.texting.messages import TextRow

_STATES: Mapping[str, str] = {
    "sent": SENT,
    "delivered": DELIVERED,
    "read": DELIVERED,
    "undelivered": UNDELIVERED,
    "failed": FAILED,
    "canceled": FAILED,
}
"""`accepted scheduled queued sending`, and any new word, are no news."""
_REASONS: Mapping[str, str] = {
    **dict.fromkeys(("21211", "21217", "21604", "30005"), BAD_NUMBER),
    **dict.fromkeys(("21614", "30006"), NO_TEXTS),
    "21610": OPTED_OUT,
    **dict.fromkeys(("21605", "21617"), TOO_LONG),
    **dict.fromkeys(("30004", "30007"), BLOCKED),
    **dict.fromkeys(("30003", "30008"), UNREACHABLE),
}
_AGAIN = frozenset({"30003", "30008"})
"""Unreachable for now, or nobody knows why: one more try."""
_WISHES = {"STOP": OUT, "START": BACK, "HELP": "help"}
_MOST_MEDIA = 10
SKEW = timedelta(minutes=1)
"""By so much the provider's clock may be behind ours."""


def reason_of(code: str) -> str:
    """Why, in our word."""
    return _REASONS.get(code, REFUSED)


def text_in(form: Form, trunk: str, at: datetime) -> TextIn | None:
    """A message that came in; None if it names none. Pictures are named by their address."""
    sid = form.one("MessageSid") or form.one("SmsSid")
    if not sid:
        return None
    body = "\n".join([part for part in (form.one("Body"), *_media(form)) if part])
    said = _WISHES.get(form.one("OptOutType").upper(), "")
    return TextIn(trunk, sid, form.one("From"), form.one("To"), body, at, said=said)


def _media(form: Form) -> Iterable[str]:
    many = form.one("NumMedia")
    count = int(many) if many.isascii() and many.isdigit() and len(many) < 3 else 0
    return (form.one(f"MediaUrl{number}") for number in range(min(count, _MOST_MEDIA)))


def report(form: Form, raw_target: str, trunk: str, at: datetime) -> Report | None:
    """How far a message has come; None for what is no news."""
    state = _STATES.get(form.one("MessageStatus") or form.one("SmsStatus"))
    sid = form.one("MessageSid") or form.one("SmsSid")
    if state is None or not sid:
        return None
    text, tries = named_in(raw_target)
    code = form.one("ErrorCode") if state in {FAILED, UNDELIVERED} else ""
    return Report(
        trunk,
        state,
        at,
        text=text,
        tries=tries,
        provider_id=sid[:128],
        reason=reason_of(code) if state in {FAILED, UNDELIVERED} else "",
        code=code[:32],
        again=code in _AGAIN,
    )


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What CreateMessage is told beside the text. sender: of the trunk; service: "" = none."""

    base: str
    trunk: str
    sender: str
    service: str = ""

    def form(self, text: TextRow) -> tuple[tuple[str, str], ...]:
        """The fields."""
        sender = text.from_ or self.sender
        by_service = bool(self.service) and sender == self.sender
        whose = ("MessagingServiceSid", self.service) if by_service else ("From", sender)
        back = f"{self.base}/hooks/{quote(self.trunk, safe='')}/sms-status"
        url = f"{back}?m={text.id}&n={text.tries}"
        return (("To", text.to), whose, ("Body", text.body), ("StatusCallback", url))


def named_in(raw_target: str) -> tuple[str, int]:
    """Which text a status is about, and which try of it; "" and 0 if our URL does not say."""
    asked = parse_qs(urlsplit(raw_target).query)
    number = asked.get("n", ["0"])[0]
    tries = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
    return asked.get("m", [""])[0][:26], tries


def found_in(said: Mapping[str, Any], text: TextRow, tried_at: datetime) -> str:
    """The provider's name of a text in its list of messages to a number; "" = it is not there.

    tried_at: when it was handed over. Of several with the same words the one nearest to that is
    meant; one that was made before, or has failed already, is another.
    """
    messages = said.get("messages")
    found = [
        (abs(made - tried_at), str(one.get("sid", "")))
        for one in (messages if isinstance(messages, list) else ())
        if isinstance(one, dict) and _may_be(one, text)
        if (made := _made_at(one)) is not None and made >= tried_at - SKEW
    ]
    return min(found, default=(timedelta(), ""))[1]


def _may_be(one: Mapping[str, Any], text: TextRow) -> bool:
    is_dead = _STATES.get(str(one.get("status", ""))) in {FAILED, UNDELIVERED}
    is_out = one.get("direction") != "inbound"
    return is_out and not is_dead and str(one.get("body", "")) == text.body


def _made_at(one: Mapping[str, Any]) -> datetime | None:
    try:
        return parsedate_to_datetime(str(one.get("date_created", "")))
    except ValueError:
        return None
