"""What somebody wrote into a public form: checked, and made an item of the intake."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.domain.dialable import is_dialable
from ivr.domain.phone import parse_phone
from ivr.runtime.ports.intake import WEB, NewItem
from ivr.tickets.form_values import fill
from ivr.tickets.identity.points import Standing, read_email

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ivr.runtime.ports.ticket_rows import NewFile
    from ivr.tickets.catalogue.model import Category

MOST_MESSAGE, MOST_NAME = 10_000, 120
OWN = "c."
"""What the names of a category's own fields begin with."""
_DECIMAL = frozenset({"money", "number"})


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was read. mistakes: field -> code of the words that say what is wrong.

    values: those of the category, checked; phone: E.164.
    """

    category: Category
    language: str
    name: str = ""
    email: str = ""
    phone: str = ""
    message: str = ""
    wants_call: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)


def read(category: Category, written: Mapping[str, str], language: str, country: str) -> Filled:
    """Check everything at once."""
    mistakes: dict[str, str] = {}
    texts = {name: written.get(name, "").strip() for name in ("name", "email", "phone", "message")}
    phone = parse_phone(texts["phone"], country) if texts["phone"] else None
    wants_call = written.get("callback") == "yes"
    mistakes |= _lengths(texts) | _addresses(texts, phone)
    if wants_call and not texts["phone"]:
        mistakes["phone"] = "missing"
    elif wants_call and phone and not is_dialable(phone, country):
        mistakes["phone"] = "wrong-type"
    if not texts["email"] and not texts["phone"]:
        mistakes["email"] = "reach"
    if not texts["message"] and not category.form.fields and not wants_call:
        mistakes["message"] = "missing"
    own = fill(category.form, _own(category, written), country)
    mistakes |= {f"{OWN}{each.field}": each.code for each in own.errors}
    return Filled(
        category,
        language,
        texts["name"],
        texts["email"],
        phone or "",
        texts["message"],
        wants_call,
        own.values,
        mistakes,
    )


def _lengths(texts: Mapping[str, str]) -> dict[str, str]:
    most = {"name": MOST_NAME, "message": MOST_MESSAGE}
    found = {name: "too-long" for name, limit in most.items() if len(texts[name]) > limit}
    return found | {name: "wrong-type" for name, text in texts.items() if "\0" in text}


def _addresses(texts: Mapping[str, str], phone: str | None) -> dict[str, str]:
    found: dict[str, str] = {}
    if texts["phone"] and phone is None:
        found["phone"] = "wrong-type"
    if texts["email"] and read_email(texts["email"]).standing is not Standing.OK:
        found["email"] = "wrong-type"
    return found


def _own(category: Category, written: Mapping[str, str]) -> dict[str, object]:
    """The values of the category's fields; 12,50 is written in half the world."""
    found: dict[str, object] = {}
    for name, each in category.form.fields.items():
        text = written.get(f"{OWN}{name}", "")
        found[name] = text.replace(",", ".") if each.type in _DECIMAL else text
    return found


def item_of(filled: Filled, key: str, at: datetime, files: tuple[NewFile, ...]) -> NewItem:
    """The item. Whoever wants to be called is known by his number, others by their address."""
    email = read_email(filled.email).norm or "" if filled.email else ""
    by_phone = filled.wants_call or not email
    category = filled.category
    label = category.labels.get(filled.language) or next(iter(category.labels.values()), "")
    return NewItem(
        medium=WEB,
        received_at=at,
        dedupe_key=key,
        subject=label,
        body=_body(filled),
        sender=filled.email or filled.phone,
        sender_norm=filled.phone if by_phone else email,
        sender_kind="phone" if by_phone else "email",
        sender_name=filled.name,
        account=category.path[:64],
        team=category.team,
        form={
            "values": dict(filled.values),
            "version": category.form.version,
            "language": filled.language,
            "email": email,
            "phone": filled.phone,
            "callback": filled.wants_call,
        },
        files=files,
        category=category.path,
    )


def _body(filled: Filled) -> str:
    """The message and how its sender is reached, for people."""
    told = (filled.name, filled.email, filled.phone)
    return f"{filled.message}\n\n{' · '.join(each for each in told if each)}".strip()
