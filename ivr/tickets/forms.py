"""Forms of categories: which values a ticket needs, and which of them a caller is asked for.

A form is a subset of JSON Schema 2020-12 (string, number, integer, boolean, enum, date, phone,
email, required, maxLength), compiled from the catalogue. The version used is stored with a ticket,
so a later change never makes an old one wrong. Source: tickets.md section 6.2.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT, DIGITS, NUMBER, INTEGER, MONEY = "text", "digits", "number", "integer", "money"
BOOLEAN, DATE, PHONE, EMAIL, CHOICE = "boolean", "date", "phone", "email", "enum"
TYPES = (TEXT, DIGITS, NUMBER, INTEGER, MONEY, BOOLEAN, DATE, PHONE, EMAIL, CHOICE)
ASKABLE = frozenset({TEXT, DIGITS, NUMBER, DATE, CHOICE})
"""Types that a caller can give by voice or key."""
MOST_KEYS = 9
"""Choices that fit on the keys 1 to 9."""
MOST_TEXT = 4000
"""Longest text in characters, if the form says nothing shorter."""
MOST_DIGITS = 32
HASH_LENGTH = 12
DRAFT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class FormField:
    """One value of a form.

    length: least and most digits. most: characters of a text. choices: value -> label by language.
    ask: the prompt with which a caller is asked for it, "" = he is not. currency: of money.
    """

    name: str
    type: str
    required: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    length: tuple[int, int] = (1, MOST_DIGITS)
    most: int = MOST_TEXT
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ask: str = ""
    currency: str = ""

    @property
    def can_be_asked(self) -> bool:
        """Whether a caller could give it at all, with few enough choices for the keys."""
        few = self.type != CHOICE or 1 <= len(self.choices) <= MOST_KEYS
        return self.type in ASKABLE and few

    def label(self, language: str) -> str:
        """What people see; the name in plain words where nothing is written."""
        return self.labels.get(language) or self.name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Form:
    """The values that a category asks for, in the order they are shown."""

    fields: Mapping[str, FormField] = field(default_factory=dict)

    @property
    def schema(self) -> dict[str, Any]:
        """The form as JSON Schema."""
        return {
            "$schema": DRAFT,
            "type": "object",
            "properties": {name: _property(each) for name, each in self.fields.items()},
            "required": [name for name, each in self.fields.items() if each.required],
            "additionalProperties": False,
        }

    @property
    def version(self) -> str:
        """First 12 hex of the SHA-256 of the schema; labels and prompts count for nothing."""
        text = json.dumps(self.schema, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


NO_FORM = Form()


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller is asked for the field `name`.

    digits: least and most digits of the entry; (0, 0) where keys give no number of them.
    keys: key -> value, for a choice.
    """

    name: str
    prompt: str
    type: str
    digits: tuple[int, int] = (0, 0)
    keys: Mapping[str, str] = field(default_factory=dict)


def questions(form: Form, known: Mapping[str, object]) -> tuple[Question, ...]:
    """What to ask a caller: each field with a prompt that has no value yet, in order."""
    asked = (each for each in form.fields.values() if each.ask and each.can_be_asked)
    return tuple(_question(each) for each in asked if known.get(each.name) is None)


def _question(each: FormField) -> Question:
    keys = {str(key): value for key, value in enumerate(each.choices, 1)}
    digits = each.length if each.type == DIGITS else (0, 0)
    return Question(each.name, each.ask, each.type, digits, keys if each.type == CHOICE else {})


_PLAIN: Mapping[str, Mapping[str, object]] = {
    NUMBER: {"type": "number"},
    INTEGER: {"type": "integer"},
    BOOLEAN: {"type": "boolean"},
    DATE: {"type": "string", "format": "date"},
    PHONE: {"type": "string", "format": "phone"},
    EMAIL: {"type": "string", "format": "email", "maxLength": 254},
}


def _property(each: FormField) -> dict[str, object]:
    match each.type:
        case "text":
            return {"type": "string", "maxLength": each.most}
        case "digits":
            least, most = each.length
            return {"type": "string", "format": "digits", "minLength": least, "maxLength": most}
        case "money":  # minor units: 1050 is 10.50
            return {"type": "integer", "format": f"money-{each.currency}"}
        case "enum":
            return {"type": "string", "enum": list(each.choices)}
        case _:
            return dict(_PLAIN[each.type])
