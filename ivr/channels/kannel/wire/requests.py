"""What goes to the gateway and what it brings, as names and values of a query.

Source: Kannel 1.4.5 User's Guide: "Using the HTTP interface to send SMS messages", "Delivery
Reports" (bits of dlr-mask), "sms-service" (escape codes %I %p %P %c %u %b %d %F %A); tried with
Debian's kannel 1.4.5-12 and its fake SMS centre.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode

from ivr.domain.texting.messages import Part, Report, TextIn
from ivr.domain.texting.parts import part_of
from ivr.domain.texting.segments import UCS2, alphabet_of
from ivr.domain.texting.states import (
    DELIVERED,
    FAILED,
    REFUSED,
    SENT,
    UNDELIVERED,
    UNREACHABLE,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.domain.texting.messages import TextRow

REPORTS = 1 | 2 | 8 | 16
"""dlr-mask: delivered, failed, accepted by the SMS centre, rejected by it."""
_STATES: Mapping[str, tuple[str, str]] = {
    "1": (DELIVERED, ""),
    "2": (UNDELIVERED, UNREACHABLE),
    "8": (SENT, ""),
    "16": (FAILED, REFUSED),
}
"""4 (it waits at the SMS centre) is no news."""
_UCS2 = "2"
_LEAST_INTERNATIONAL = 11


@dataclass(frozen=True, slots=True)
class Gateway:
    """What a text needs beside itself. base: our own URL. password, secret: shown to nobody."""

    base: str
    trunk: str
    sender: str
    username: str
    password: str = field(repr=False)
    secret: str = field(repr=False)
    smsc: str = ""

    def query(self, text: TextRow) -> dict[str, str]:
        """The fields of sendsms. The report names the text and the try."""
        told = urlencode({"secret": self.secret, "m": text.id, "n": text.tries})
        page = f"{self.base}/hooks/{quote(self.trunk, safe='')}/status"
        fields = {
            "username": self.username,
            "password": self.password,
            "from": text.from_ or self.sender,
            "to": text.to,
            "text": text.body,
            "charset": "UTF-8",
            "coding": _UCS2 if alphabet_of(text.body) == UCS2 else "0",
            "dlr-mask": str(REPORTS),
            "dlr-url": f"{page}?{told}&d=%d&id=%F&a=%A",
        }
        return fields | ({"smsc": self.smsc} if self.smsc else {})

    def lets_in(self, given: Query) -> bool:
        """Whether it is the gateway that speaks."""
        return hmac.compare_digest(given.octets("secret"), self.secret.encode())


class Query:
    """The fields of a request, as octets: what they mean depends on others among them."""

    def __init__(self, raw: str) -> None:
        pairs = parse_qsl(raw, keep_blank_values=True, encoding="latin-1", max_num_fields=50)
        self._fields = {name: value.encode("latin-1", "replace") for name, value in pairs}

    def octets(self, name: str) -> bytes:
        """A field, empty if it is not there."""
        return self._fields.get(name, b"")

    def text(self, name: str) -> str:
        """A field as UTF-8."""
        return self.octets(name).decode("utf-8", "replace")


def text_in(query: Query, trunk: str, at: datetime) -> TextIn | None:
    """A text, or a part of one, that the gateway brings; None without a name or a sender."""
    name, sender = query.text("id"), query.text("from")
    if not name or not sender:
        return None
    header = part_of(query.octets("udh"))
    return TextIn(
        trunk,
        name[:128],
        _number(sender),
        _number(query.text("to")),
        _words(query),
        at,
        Part(*header) if header else None,
    )


def report(query: Query, trunk: str, at: datetime) -> Report | None:
    """How far a text has come; None for what is no news."""
    found = _STATES.get(query.text("d"))
    tries, name = query.text("n"), query.text("m")
    if found is None or not name:
        return None
    state, reason = found
    return Report(
        trunk,
        state,
        at,
        text=name[:26],
        tries=int(tries) if tries.isascii() and tries.isdigit() and len(tries) < 5 else 0,
        reason=reason,
        code=query.text("a")[:32] if reason else "",
    )


def _words(query: Query) -> str:
    octets = query.octets("text")
    return octets.decode("utf-16-be" if query.text("coding") == _UCS2 else "utf-8", "replace")


def _number(written: str) -> str:
    """SMS centres leave out the plus of international numbers."""
    is_whole = written.isascii() and written.isdigit() and not written.startswith("0")
    return f"+{written}" if is_whole and len(written) >= _LEAST_INTERNATIONAL else written
