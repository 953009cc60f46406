"""Which names conditions of surveys may use, and of which type.

A fact of a contact is never missing: without a queue it has the text "". An answer may be missing,
so it is read through `default(answers.csat, 5)` or `known(answers.csat)`. Source: surveys.md 6.1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ivr.flow.expressions import Names
from ivr.flow.types import BOOL, NUMBER, TEXT, Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ivr.domain.values import Value
    from ivr.surveys.model import Question

RECORDS: Mapping[str, Mapping[str, Type]] = {
    "interaction": {
        **dict.fromkeys(("queue", "medium", "dnis", "flow", "language"), TEXT),
        "repeat": BOOL,
    },
    "customer": {
        **dict.fromkeys(("segment", "kind", "language", "region"), TEXT),
        "vip_rank": NUMBER,
    },
    "ticket": {
        **dict.fromkeys(("category", "kind", "priority", "product", "team"), TEXT),
        "follow_up": BOOL,
    },
}
"""Record -> its facts and their types."""
ANSWERS = "answers"
REGION = "region"
"""The one further detail of a customer that has a meaning here."""
ASKED_ABOUT = ("interaction", "customer")
"""The records that questions may look at; a ticket may not be there yet."""


def match_scope() -> Names:
    """What `match` of a plan may name."""
    return Names(_flat(RECORDS), standard=False)


def answer_scope(questions: Iterable[Question]) -> Names:
    """What may be asked once these questions were: their answers, and the contact's facts."""
    types = {f"{ANSWERS}.{each.name}": type_of(each) for each in questions}
    contact = {name: RECORDS[name] for name in ASKED_ABOUT}
    return Names({**types, **_flat(contact)}, standard=False)


def type_of(question: Question) -> Type:
    """The type of its answer, which may be missing."""
    return replace(NUMBER if question.gives_number else TEXT, optional=True)


def whole(record: str, known: Mapping[str, Value]) -> dict[str, Value]:
    """All facts of a record: those known, the rest "", 0 or false. Unknown names are left out."""
    empty = {name: _empty(kind) for name, kind in RECORDS[record].items()}
    return {name: known.get(name) or value for name, value in empty.items()}


def region_of(details: Mapping[str, Any]) -> str:
    """The region among a customer's further details (`attrs`), "" = it is not known. A number, as
    of a number plate, is its text."""
    found = details.get(REGION)
    known = isinstance(found, str) or type(found) is int
    return str(found).strip() if known else ""


def _flat(records: Mapping[str, Mapping[str, Type]]) -> dict[str, Type]:
    return {f"{name}.{fact}": kind for name, each in records.items() for fact, kind in each.items()}


def _empty(kind: Type) -> Value:
    if kind == NUMBER:
        return 0
    return False if kind == BOOL else ""
