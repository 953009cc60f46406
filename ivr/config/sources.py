"""The settings of a lookup: where to ask, what goes in, what comes out.

    customer:
      get: https://crm.example/customers?phone={phone}
      takes: {phone: phone}
      gives: {id: text, name: text?, debt: money = accounts[0].debt}
      not_found: 404

Source: flow-language.md section 10, security.md section 17.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from ivr.config.fields import (
    Flag,
    Headers,
    Name,
    PlainText,
    PrivateText,
    ShapeError,
    Strict,
    refuse,
    scalar,
    seconds,
    text_field,
    whole,
)
from ivr.domain.scalars import read_duration
from ivr.flow.types import SCALARS, Type, TypeNameError, parse_type

KINDS = ("get", "post", "table")
NOT_YET = ("sql", "python")
FIELD_PLACE = re.compile(r"\{([^{}]*)\}")
_STEP = re.compile(r"\.?([A-Za-z_][A-Za-z0-9_-]*)|\[([0-9]{1,4})\]")
_ROUTE = re.compile(
    r"(?:[A-Za-z_][A-Za-z0-9_-]*|\[[0-9]{1,4}\])(?:\.[A-Za-z_][A-Za-z0-9_-]*|\[[0-9]{1,4}\])*"
)

Route = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """One field of the answer: its type, and the way to it (`accounts[0].debt`)."""

    type: Type
    route: Route
    written: str


def read_route(text: str) -> Route:
    """`accounts[0].debt` as ("accounts", 0, "debt"). Raises ShapeError."""
    if not _ROUTE.fullmatch(text):
        refuse("C103", f'"{text}" is not a way into the answer; write it as accounts[0].debt')
    return tuple(int(index) if index else name for name, index in _STEP.findall(text))


def priced(kind: Type, currency: str) -> Type:
    """The type with plain `money` set to the currency of the configuration."""
    if kind.item is not None:
        return replace(kind, item=priced(kind.item, currency))
    return (
        replace(kind, currency=currency) if kind == Type("money", optional=kind.optional) else kind
    )


def _type(text: str) -> Type:
    try:
        return parse_type(text, currency="", records={})
    except TypeNameError as error:
        hint = f'; did you mean "{error.suggestion}"?' if error.suggestion else ""
        raise ShapeError("C103", f"{error.message}{hint}") from None


def _taken(value: object) -> Type:
    kind = _type(scalar(value))
    if kind.is_record:
        refuse("C103", f"a source takes single values, not a {kind.name}")
    return kind


def _given(name: str, value: object) -> Given:
    text = scalar(value)
    words, equals, route = text.partition("=")
    kind = _type(words.strip())
    if kind.sealed or kind.is_record:
        refuse("C103", f'"{words.strip()}" cannot come from a source; it gives plain single values')
    route = route.strip() if equals else name
    return Given(kind, read_route(route), route)


def _gives(value: object) -> object:
    """Parsed one by one, since a field without a way is found under its own name."""
    if not isinstance(value, Mapping):
        refuse("C104", "gives wants names and types, as in {id: text}")
    return {name: _Written(str(name), inside) for name, inside in value.items()}


@dataclass(frozen=True, slots=True)
class _Written:
    name: str
    value: object


def _read_given(value: object) -> object:
    return _given(value.name, value.value) if isinstance(value, _Written) else value


def _field_name(value: object) -> object:
    text = str(value)
    if keyword.iskeyword(text) or text in {"true", "false"}:
        refuse("C105", f'"{text}" is a word of the expression language; use another name')
    return value


FieldName = Annotated[Name, BeforeValidator(_field_name)]
TypeText = Annotated[
    Any,
    BeforeValidator(lambda value: value if isinstance(value, Type) else _taken(value)),
    WithJsonSchema({"type": "string"}),
]
GivenText = Annotated[Any, BeforeValidator(_read_given), WithJsonSchema({"type": "string"})]
Takes = Mapping[FieldName, TypeText]
Gives = Annotated[Mapping[FieldName, GivenText], BeforeValidator(_gives)]


class Breaker(Strict):
    """When to stop asking a source that fails, so that callers do not wait for it in vain."""

    fails: whole(1, 1000) = Field(5, description="So many failures ...")  # type: ignore[valid-type]
    in_: seconds(3600) = Field(10.0, alias="in", description="... within this time ...")  # type: ignore[valid-type]
    open: seconds(3600) = Field(5.0, description="... close the door this long; then one try.")  # type: ignore[valid-type]


class HttpSource(Strict):
    """A lookup over the network: JSON by GET, or by POST with the inputs as its body."""

    get: PrivateText | None = Field(
        None, description="Address to ask; {name} stands for an input, in the path or the query."
    )
    post: PrivateText | None = Field(
        None, description="Address to send the inputs to, as one JSON object."
    )
    takes: Takes = Field(default_factory=dict, description="Inputs and their types.")
    gives: Gives = Field(
        default_factory=dict, description="Fields of the answer: a type, then perhaps = its place."
    )
    not_found: whole(400, 499) | None = Field(  # type: ignore[valid-type]
        None, description="The HTTP status that means there is no such record (exit `missing`)."
    )
    limit: seconds(30) = Field(1.5, description="The longest one try may take.")  # type: ignore[valid-type]
    cache: seconds(86_400) | None = Field(  # type: ignore[valid-type]
        None, description="How long an answer is used again for the same inputs."
    )
    breaker: Breaker = Field(
        default_factory=Breaker, description="When to stop asking a source that fails."
    )
    headers: Headers = Field(
        default_factory=dict, description="Headers sent along, such as Authorization."
    )
    repeat: Literal["safe"] | None = Field(
        None, description="`safe`: asking a POST source twice does no harm, so it may be retried."
    )
    allow_private: Flag = Field(
        False, description="Whether the source may stand inside our own network."
    )
    ports: tuple[whole(1, 65535), ...] = Field(  # type: ignore[valid-type]
        (443,), description="Ports that may be connected to."
    )

    @property
    def can_miss(self) -> bool:
        """Whether it can say that there is no such record."""
        return self.not_found is not None

    @property
    def takes_sealed(self) -> bool:
        """Whether a sealed value may be handed to it."""
        return self.post is not None

    @property
    def repeatable(self) -> bool:
        """Whether asking twice does no harm."""
        return self.get is not None or self.repeat == "safe"

    @property
    def url(self) -> str:
        """The address with its `{name}` places still in it. May hold a secret."""
        found = self.get or self.post
        return found.reveal() if found else ""


def _delay(text: str) -> float:
    return read_duration(text).total_seconds()


def _otherwise(value: object) -> object:
    if not isinstance(value, Mapping):
        refuse("C104", "otherwise wants fields and values, as in {ok: false}")
    return {str(name): str(scalar(inside)) for name, inside in value.items()}


class TableSource(Strict):
    """A lookup in a file of rows (YAML or CSV) that is read when the server starts."""

    table: PlainText = Field(description="The file: a YAML list of rows, or CSV with a head line.")
    match: Mapping[str, Name] = Field(
        description="Column: input. A row is found if all of them agree."
    )
    takes: Takes = Field(default_factory=dict, description="Inputs and their types.")
    gives: Gives = Field(
        default_factory=dict, description="Fields of the answer: a type, then perhaps = its column."
    )
    otherwise: Annotated[Mapping[str, str], BeforeValidator(_otherwise)] | None = Field(
        None, description="The answer when no row agrees; without it the exit is `missing`."
    )
    took: Annotated[float, text_field(_delay)] = Field(
        0.0, description="Lets every answer take this long, to try out a slow system."
    )
    limit: seconds(30) = Field(1.5, description="The longest one try may take.")  # type: ignore[valid-type]

    @property
    def can_miss(self) -> bool:
        """Whether it can say that there is no such record."""
        return self.otherwise is None

    @property
    def takes_sealed(self) -> bool:
        """A table is read inside this process, so nothing travels."""
        return True

    @property
    def repeatable(self) -> bool:
        """Reading changes nothing."""
        return True


Source = HttpSource | TableSource


def choose_source(plain: object) -> type[Source]:
    """The settings that an entry of `sources` must fill. Raises ShapeError."""
    if not isinstance(plain, Mapping):
        raise ShapeError("C104", "a source wants settings, as in {get: https://...}")
    written = [kind for kind in (*KINDS, *NOT_YET) if kind in plain]
    if not written:
        raise ShapeError("C102", "this source needs one of get, post, table")
    if len(written) > 1:
        raise ShapeError(
            "C104", f"a source has one of get, post, table; found {' and '.join(written)}"
        )
    if written[0] in NOT_YET:
        message = f"sources of the kind {written[0]} are not built yet; use get, post or table"
        raise ShapeError("C121", message)
    return TableSource if written[0] == "table" else HttpSource


def check_source_name(name: str) -> None:
    """A source's name is a type in flows, so it may not be that of another. Raises ShapeError."""
    if name in (*SCALARS, "list", "ticket", "sealed", "unknown"):
        raise ShapeError("C105", f'"{name}" is the name of a type; call the source something else')
