"""Reading what a web service answers: JSON by the strict rules of RFC 8259, with bounds.

No NaN, no doubled names, no lone surrogates; depth <= 32, integers <= 20 digits, other numbers
<= 40 characters, read as exact decimals (security.md section 10).
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import NoReturn, TypeAlias

MAX_DEPTH = 32
MAX_DIGITS = 20
MAX_NUMBER = 40

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json] | None"


class GarbledError(ValueError):
    """The answer does not follow the rules."""


def parse_answer(raw: bytes) -> Json:
    """The value in an answer's body; numbers with a point are Decimal. Raises GarbledError only."""
    try:
        value: Json = json.loads(
            raw.decode("utf-8"),
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
            object_pairs_hook=_record,
        )
        _check(value)
    except (ValueError, RecursionError) as error:
        raise GarbledError("not JSON in UTF-8 by the strict rules") from error
    return value


def _check(value: Json) -> None:
    """Depth layer by layer, and no half characters in any text."""
    layer: list[Json] = [value]
    for _depth in range(MAX_DEPTH + 1):
        for each in layer:
            _check_text(each)
        layer = [each for each in layer if isinstance(each, dict | list)]
        if not layer:
            return
        layer = [child for each in layer for child in _children(each)]
    raise GarbledError(f"nested deeper than {MAX_DEPTH}")


def _check_text(value: Json) -> None:
    texts = list(value) if isinstance(value, dict) else [value]
    for text in texts:
        if isinstance(text, str):
            text.encode("utf-8")


def _children(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MAX_DIGITS:
        raise GarbledError(f"an integer has more than {MAX_DIGITS} digits")
    return int(digits)


def _number(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= MAX_NUMBER else None
    if number is None or not -400 < number.adjusted() < 309:
        raise GarbledError("a number is too long or too large")
    return number


def _constant(word: str) -> NoReturn:
    raise GarbledError(f"{word} is no JSON number")


def _record(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    record = dict(pairs)
    if len(record) != len(pairs):
        raise GarbledError("an object names the same key twice")
    return record
