"""Sources that every installation has, without a line in its configuration.

`ticket_status`: what a caller may hear of a ticket. It is found only if the number is right and one
thing besides: the caller's number belongs to the ticket's customer and was verified, or the last
four digits of the customer number, or the flow has proved who is calling (a PIN). Whatever is
wrong, the answer is the same: `missing`. Source: tickets.md 6.3.

`kb`: an answer of the knowledge base, in a language or in any. It is found only if it is published,
public and holds now. `call` (`=call.id`) says for which call it was fetched. Source: tickets.md 7.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.flow.types import BOOL, DATETIME, DIGITS, LANGUAGE, PHONE, TEXT, Type
from ivr.flow.world import SourceShape

if TYPE_CHECKING:
    from collections.abc import Mapping


def _maybe(kind: Type) -> Type:
    return replace(kind, optional=True)


TICKET_STATUS = SourceShape(
    "ticket_status",
    takes={
        "number": DIGITS,
        "phone": _maybe(PHONE),
        "last4": _maybe(DIGITS),
        "proved": _maybe(BOOL),
        "language": _maybe(LANGUAGE),
    },
    gives={"number": DIGITS, "label": TEXT, "opened": DATETIME, "promised": _maybe(DATETIME)},
    not_found=True,
)
KB = SourceShape(
    "kb",
    takes={"slug": TEXT, "language": _maybe(LANGUAGE), "call": _maybe(TEXT)},
    gives={"title": TEXT, "answer": TEXT},
    not_found=True,
)
OWN_SOURCES: Mapping[str, SourceShape] = {each.name: each for each in (TICKET_STATUS, KB)}
