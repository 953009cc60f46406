"""The door of text messages: what providers tell of is cleaned and kept before they hear "yes"."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ivr.domain.phone import parse_phone
from ivr.domain.texting.states import OPTED_OUT, QUEUED
from ivr.runtime.ports.texts import ARRIVALS, LANE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.runtime.ports.texts import Report, TextIn, TextRow, Texts

MOST_LETTERS = 2000
MOST_NUMBER = 32
CUT = "…"


@dataclass(frozen=True, slots=True)
class Door:
    """The port `TextDoor`. country: of numbers without a code. nudge: wakes a lane of the outbox,
    so that nobody waits for the next look. blocked: told of a text that a provider did not deliver
    because its receiver wants none, and of the provider's code. watchers: told of each text that
    was reported on."""

    texts: Texts
    country: str
    nudge: Callable[[str], None]
    blocked: Callable[[TextRow, str], Awaitable[None]]
    watchers: list[Callable[[TextRow], None]] = field(default_factory=list)

    async def received(self, text: TextIn) -> None:
        """See the port."""
        clean = replace(
            text,
            from_=self._number(text.from_),
            to=self._number(text.to),
            body=cleaned(text.body),
        )
        if await self.texts.received(clean) is not None:
            self.nudge(ARRIVALS)

    async def reported(self, report: Report) -> None:
        """See the port."""
        row = await self.texts.reported(report)
        if row is None:
            return
        if report.reason == OPTED_OUT:
            await self.blocked(row, report.code)
        for tell in self.watchers:
            tell(row)
        if row.state == QUEUED:
            self.nudge(f"{LANE}{row.trunk}")

    def _number(self, text: str) -> str:
        """E.164 where it is one; a short number, or the name that a sender gave himself."""
        return parse_phone(text, self.country, keep_short=True) or cleaned(text)[:MOST_NUMBER]


def cleaned(text: str) -> str:
    """Composed (NFC), without controls but for line ends, cut with a mark (security.md 16)."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    kept = "".join(one for one in composed if one in "\n\t" or not _is_control(one))
    return kept if len(kept) <= MOST_LETTERS else kept[: MOST_LETTERS - 1] + CUT


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs"}
