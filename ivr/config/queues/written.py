"""Forms of values that the settings of queues have: lists by name, lengths of time, titles."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Discriminator, Tag, WithJsonSchema

from ivr.config.fields import Language, PlainText, refuse, text_field
from ivr.domain.scalars import read_duration

DAY_S, HOUR_S = 86_400.0, 3600.0
_DECIMAL = re.compile(r"[0-9]{1,2}(\.[0-9]{1,3})?")
_WRITTEN = WithJsonSchema({"type": "string"})
_REACHED = re.compile("[0-9]|10")


def listed(value: object) -> object:
    """A map of settings by name; a plain list of names means the defaults for each."""
    if not isinstance(value, list):
        return value
    names = [str(each) for each in value]
    twice = sorted({name for name in names if names.count(name) > 1})
    if any(not isinstance(each, str) for each in value):
        refuse("C104", "a list of names is wanted here, as in [cards, loans]")
    if twice:
        refuse("C131", f'"{twice[0]}" stands here twice')
    return {name: {} for name in names}


def short_or_none(most_s: float) -> Any:  # noqa: ANN401 - an annotation
    """The annotation of a length of time that may also be nothing, `0s`."""
    return Annotated[float, text_field(_time(0, most_s)), _WRITTEN]


def between(least_s: float, most_s: float) -> Any:  # noqa: ANN401 - an annotation
    """The annotation of a length of time within bounds, both included."""
    return Annotated[float, text_field(_time(least_s, most_s)), _WRITTEN]


def _time(least_s: float, most_s: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        size = read_duration(text.removeprefix("-")).total_seconds()
        value = -size if text.startswith("-") else size
        if not least_s <= value <= most_s:
            refuse("C103", f'"{text}" is out of range; {least_s:g}s to {most_s:g}s')
        return value

    return read


def _speed(text: str) -> float:
    value = float(text) if _DECIMAL.fullmatch(text) else 0.0
    if not 0.25 <= value <= 4:
        refuse("C103", f'"{text}" is no speed of ageing; write 0.25 to 4, as in 1.5')
    return value


def _most_level(text: str) -> int:
    if text == "null":
        return 100
    if not re.fullmatch("[0-9]{1,3}", text) or int(text) > 100:
        refuse("C103", f'"{text}" is not a level; write 0 to 100, or null for no upper bound')
    return int(text)


Speed = Annotated[float, text_field(_speed), _WRITTEN]
"""How fast calls gain age, 0.25 to 4."""
MostLevel = Annotated[int, text_field(_most_level), _WRITTEN]
"""The highest level of a skill, 0 to 100; `null` is 100."""


def is_numeric(priority: str) -> bool:
    """Whether a priority is one of the numbers 0 to 10, and no class."""
    return _REACHED.fullmatch(priority) is not None


Title = Annotated[
    Annotated[PlainText, Tag("<one>")] | Annotated[Mapping[Language, PlainText], Tag("<each>")],
    Discriminator(lambda value: "<each>" if isinstance(value, Mapping) else "<one>"),
]
"""What people see: one text, or one for each language."""


def titled(title: str | Mapping[str, str] | None, name: str) -> Mapping[str, str]:
    """Language -> title; "" stands for every language that has none of its own."""
    if title is None or isinstance(title, str):
        return {"": title or name}
    return {**title, "": next(iter(title.values()), name)}
