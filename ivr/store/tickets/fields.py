"""Fields of a ticket as the outside writes them, checked, and turned into columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.domain.errors import NotValidError
from ivr.store.tickets.refs import asset_id, contact_id, customer_id, product_id, ticket_id
from ivr.tickets.form_values import fill
from ivr.tickets.forms import NO_FORM
from ivr.tickets.resolving import KINDS, ROOT_CAUSES
from ivr.tickets.search_text import index_text
from ivr.tickets.sla.facts import PRIORITIES, SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.store.tickets.operation import Operation
    from ivr.tickets.catalogue.model import Category
    from ivr.tickets.forms import Form

    Columns = dict[str, Any]
    Reader = Callable[[Operation, Mapping[str, Any], object], Columns]

_LONGEST = {
    "subject": 1000,
    "description": 100_000,
    "pref_medium": 24,
    "pref_window": 64,
    "team": 64,
    "assignee": 64,
    "resolution_code": 64,
    "source": 24,
    "origin_key": 200,
    "opened_by": 64,
}
"""Characters of a text at most."""


def columns_of(operation: Operation, row: Mapping[str, Any], field: str, value: object) -> Columns:
    """The columns that a field is kept in. row: the ticket, for what it means there.

    Raises NotValidError for a value that the field cannot have.
    """
    return _READERS[field](operation, row, value)


def text(field: str, value: object) -> str:
    """A text that any database keeps. Raises NotValidError."""
    if not isinstance(value, str):
        raise NotValidError(f"{field} must be text")
    if "\0" in value or len(value) > _LONGEST[field]:
        raise NotValidError(f"{field} has at most {_LONGEST[field]} characters, none of them NUL")
    return value


def searchable(row: Mapping[str, Any]) -> str:
    """What words are looked for in."""
    return index_text(row["number"], row["subject"], row["description"])


def category_of(operation: Operation, name: str, kept: str = "") -> Category | None:
    """A category by path or code; None for "".

    kept: the code of the one that the ticket has already, which it may keep. Raises NotValidError
    for one that is not there, or no longer in use.
    """
    if not name:
        return None
    found = operation.catalogue.category(name)
    if found is None:
        raise NotValidError(f"there is no category {name}")
    if not found.active and found.code != kept:
        raise NotValidError(f"category {name} is no longer in use")
    return found


def form_of(operation: Operation, code: str) -> Form:
    """The form of a ticket's category as it is now; an empty one without category."""
    found = operation.catalogue.category(code) if code else None
    return found.form if found else NO_FORM


def custom_columns(
    operation: Operation, code: str, before: Mapping[str, Any], value: object
) -> Columns:
    """The values of the form with some given anew; None takes one out. Raises NotValidError."""
    if not isinstance(value, dict):
        raise NotValidError("custom must be an object of the fields of the form")
    form = form_of(operation, code)
    given = {name: each for name, each in value.items() if name in form.fields or each is not None}
    filled = fill(form, given, operation.published.rules.country, whole=False)
    if filled.errors:
        raise NotValidError("; ".join(each.message for each in filled.errors))
    kept = {name: each for name, each in before.items() if name not in value}
    return {"custom": {**kept, **filled.values}, "form_sha256": form.version}


def level(field: str, value: object) -> int:
    """A priority or severity by name or number. Raises NotValidError."""
    names = PRIORITIES if field == "priority" else SEVERITIES
    if isinstance(value, str) and value in names:
        return names.index(value) + 1
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= len(names):
        return value
    raise NotValidError(f"{field} is one of {', '.join(names)}")


def kind(value: object) -> str:
    """What a ticket is. Raises NotValidError."""
    if value not in KINDS:
        raise NotValidError(f"a ticket is one of {', '.join(KINDS)}")
    return str(value)


def _text_column(field: str) -> Reader:
    return lambda _operation, _row, value: {field: text(field, value)}


def _level_column(field: str) -> Reader:
    return lambda _operation, _row, value: {field: level(field, value)}


def _flag(field: str) -> Reader:
    def read(_operation: Operation, _row: Mapping[str, Any], value: object) -> Columns:
        if not isinstance(value, bool):
            raise NotValidError(f"{field} must be true or false")
        return {field: value}

    return read


def _subject(_operation: Operation, _row: Mapping[str, Any], value: object) -> Columns:
    subject = text("subject", value).strip()
    if not subject:
        raise NotValidError("a ticket needs a subject")
    return {"subject": subject}


def _category(operation: Operation, row: Mapping[str, Any], value: object) -> Columns:
    found = category_of(operation, str(value), row["category"])
    return {"category": found.code if found else ""}


def _customer(operation: Operation, row: Mapping[str, Any], value: object) -> Columns:
    found = customer_id(operation.connection, str(value), operation.tenant)
    kept = row["contact_point_id"] if found == row["customer_id"] else None
    return {"customer_id": found, "contact_point_id": kept}


def _contact(operation: Operation, row: Mapping[str, Any], value: object) -> Columns:
    owner = row["customer_id"]
    return {"contact_point_id": contact_id(operation.connection, str(value), owner)}


def _product(operation: Operation, _row: Mapping[str, Any], value: object) -> Columns:
    return {"product_id": product_id(operation.connection, str(value), operation.tenant)}


def _asset(operation: Operation, _row: Mapping[str, Any], value: object) -> Columns:
    return {"asset_id": asset_id(operation.connection, str(value), operation.tenant)}


def _parent(operation: Operation, _row: Mapping[str, Any], value: object) -> Columns:
    return {"parent_id": ticket_id(operation.connection, str(value), operation.tenant)}


def _root_cause(_operation: Operation, _row: Mapping[str, Any], value: object) -> Columns:
    if value != "" and value not in ROOT_CAUSES:
        raise NotValidError(f"a root cause is one of {', '.join(ROOT_CAUSES)}")
    return {"root_cause": value}


def _custom(operation: Operation, row: Mapping[str, Any], value: object) -> Columns:
    return custom_columns(operation, row["category"], row["custom"], value)


_READERS: Mapping[str, Reader] = {
    "subject": _subject,
    "kind": lambda _operation, _row, value: {"kind": kind(value)},
    "category": _category,
    "customer": _customer,
    "contact": _contact,
    "product": _product,
    "asset": _asset,
    "parent": _parent,
    "root_cause": _root_cause,
    "custom": _custom,
    **{name: _level_column(name) for name in ("priority", "severity")},
    **{name: _flag(name) for name in ("emergency", "blocking", "first_contact_resolved")},
    **{
        name: _text_column(name)
        for name in ("description", "pref_medium", "pref_window", "team", "assignee")
    },
    "resolution_code": _text_column("resolution_code"),
}
"""Everything that can be changed but status and categories, which are more than a column."""
