"""Fills a prompt with a call's values: the words to say, the text to send, and how long it lasts.

Normative: flow-language.md 6. Text is parsed by `prompt_template`, values are worded by
`ivr.media.say`; nothing here reads a clock or a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from ivr.domain.errors import CallError
from ivr.domain.values import Sealed, Value
from ivr.flow.prompt_sms import SmsSize, sms_segments
from ivr.flow.prompt_template import Group, Insert, Template, TemplateError, parse_template
from ivr.media.say import FormatError, When, speak, write

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

__all__ = [
    "Group",
    "Insert",
    "Read",
    "RenderError",
    "Rendered",
    "SmsSize",
    "Template",
    "TemplateError",
    "Voice",
    "longest_seconds",
    "parse_template",
    "render",
    "render_written",
    "sms_segments",
]

CHARACTERS_PER_SECOND = 14
SECONDS_PER_VALUE: Mapping[str, float] = MappingProxyType(
    {
        "money": 3.5,
        "datetime": 4.0,
        "date": 2.5,
        "time": 1.5,
        "phone": 6.0,
        "digits": 3.0,
        "code": 3.0,
        "duration": 2.0,
        "number": 1.2,
    }
)
SECONDS_PER_OTHER_VALUE = 1.0

Read: TypeAlias = Callable[[tuple[str, ...]], Value]
"""Finds the value at a path; None means missing."""

_Word: TypeAlias = Callable[[Insert, Value], str]


class RenderError(CallError):
    """A prompt could not be filled. Names the path and the reason, never the value."""

    code: ClassVar[str] = "prompt"


@dataclass(frozen=True, slots=True)
class Voice:
    """How a call is spoken to: language, time of the event (aware), zone and home country."""

    language: str
    now: datetime
    zone: tzinfo
    country: str = "TR"

    @property
    def when(self) -> When:
        """The circumstances as the speller wants them."""
        return When(self.now, self.zone, self.country)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of a prompt and an estimate of how many seconds they last."""

    text: str
    seconds: float


def render(template: Template, read: Read, voice: Voice) -> Rendered:
    """The prompt as it is spoken.

    Raises `RenderError` for a missing value outside a group, a sealed value anywhere, and a value
    its format cannot take.
    """
    when = voice.when
    texts, seconds = _filled(
        template, read, lambda one, value: speak(voice.language, *_how(one), value, when)
    )
    return Rendered(texts, seconds)


def render_written(template: Template, read: Read, voice: Voice) -> str:
    """The prompt as it is written in an SMS or a ticket; raises as `render` does."""
    when = voice.when
    return _filled(
        template, read, lambda one, value: write(voice.language, *_how(one), value, when)
    )[0]


def longest_seconds(template: Template) -> float:
    """The estimate with every group said: what promises are proven with (flow-language.md 6)."""
    return _literal_seconds(template.literals) + _value_seconds(template.inserts)


def _filled(template: Template, read: Read, word: _Word) -> tuple[str, float]:
    """The whole text and its seconds; a group with a missing value counts for nothing."""
    texts: list[str] = []
    literals: list[str] = []
    inserts: list[Insert] = []
    for group in _as_groups(template):
        values = _values(group, read)
        if values is None:
            continue
        texts.extend(_text(piece, values, word) for piece in group.pieces)
        literals.extend(piece for piece in group.pieces if isinstance(piece, str))
        inserts.extend(piece for piece in group.pieces if isinstance(piece, Insert))
    return "".join(texts), _literal_seconds(literals) + _value_seconds(inserts)


def _as_groups(template: Template) -> list[Group]:
    return [one if isinstance(one, Group) else Group((one,)) for one in template.pieces]


def _values(group: Group, read: Read) -> dict[Insert, Value] | None:
    """Each value of the group, or None when the group is to be dropped."""
    inserts = [piece for piece in group.pieces if isinstance(piece, Insert)]
    values = {insert: read(insert.path) for insert in inserts}
    for insert, value in values.items():
        if isinstance(value, Sealed):
            raise RenderError(f"{insert.dotted} is sealed and must not be said or written")
        if value is None and not insert.optional:
            raise RenderError(f"{insert.dotted} is missing")
    return None if None in values.values() else values


def _text(piece: str | Insert, values: Mapping[Insert, Value], word: _Word) -> str:
    if isinstance(piece, str):
        return piece
    try:
        return word(piece, values[piece])
    except FormatError as error:
        raise RenderError(f"{piece.dotted}: {error}") from error


def _how(insert: Insert) -> tuple[str, str]:
    return insert.format, insert.argument


def _literal_seconds(literals: list[str] | tuple[str, ...]) -> float:
    return sum(map(len, literals)) / CHARACTERS_PER_SECOND


def _value_seconds(inserts: list[Insert] | tuple[Insert, ...]) -> float:
    return sum(SECONDS_PER_VALUE.get(one.format, SECONDS_PER_OTHER_VALUE) for one in inserts)
