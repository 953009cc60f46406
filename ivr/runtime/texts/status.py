"""Answers who texts the number of his ticket: how it stands, if the telephone is known to be his.

What may be told, and to whom, is decided by the source `ticket_status`, as for callers. A longer
text is for people, whatever number stands in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ivr.runtime.ports.texts import TextNew
from ivr.tickets.numbering import shown, valid

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import tzinfo

    from ivr.domain.values import Value
    from ivr.runtime.ports import Clock, Source
    from ivr.runtime.ports.texts import TextRow

WITHIN_S = 2.0
MOST_WORDS = 2
"""Words beside the number: "durum 260 042 174 lütfen"."""
_NUMBER = re.compile(r"(?<!\d)\d(?: ?\d){8,9}(?!\d)", re.ASCII)
_WORD = re.compile(r"\w+")
_STANDS = {"tr": "Talep {number}: {label}.", "en": "Request {number}: {label}."}
_PROMISED = {"tr": " Söz verilen: {at}.", "en": " Promised for {at}."}


def number_in(text: str) -> str:
    """The first ticket number with a right check digit, bare; "" = there is none."""
    found = (one.group().replace(" ", "") for one in _NUMBER.finditer(text))
    return next(filter(valid, found), "")


def asks_only(text: str) -> bool:
    """Whether a text is a number and hardly more."""
    return len(_WORD.findall(_NUMBER.sub(" ", text))) <= MOST_WORDS


@dataclass(frozen=True, slots=True)
class StatusTaker:
    """The port `TextTaker`. send: has a text sent, of a tenant. language: of the house."""

    status: Source
    send: Callable[[TextNew, int], Awaitable[object]]
    clock: Clock
    zone: tzinfo
    language: str
    name: str = "status"

    async def answers_yes_no(self, _text: TextRow) -> bool:
        """Nothing is asked here."""
        return False

    async def opted_out(self, _text: TextRow) -> str:
        """Nothing is open here."""
        return ""

    async def take(self, text: TextRow) -> bool:
        """Answer, if he may know; else people read it."""
        number = number_in(text.body)
        if not number or not asks_only(text.body):
            return False
        inputs = {"number": number, "phone": text.from_, "language": self.language}
        found = await self.status.fetch(inputs, WITHIN_S)
        if found.result != "found":
            return False
        answer = TextNew(
            to=text.from_,
            body=self._words(found.record),
            origin_key=f"status:{text.id}",
            at=self.clock.now(),
            trunk=text.trunk,
            in_contact=True,
        )
        await self.send(answer, text.tenant)
        return True

    def _words(self, record: Mapping[str, Value]) -> str:
        language = self.language if self.language in _STANDS else "en"
        number = shown(str(record["number"]))
        said = _STANDS[language].format(number=number, label=record["label"])
        promised = record.get("promised")
        if isinstance(promised, datetime):
            at = promised.astimezone(self.zone)
            said += _PROMISED[language].format(at=f"{at:%d.%m.%Y %H:%M}")
        return said
