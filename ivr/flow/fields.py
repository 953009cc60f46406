"""The kinds of values that verbs take in YAML, each knowing what it is.

A `Fields` model of a verb is filled from `reader.plain`: text, lists and maps of text. The classes
here turn that text into values that the checker can walk without knowing the verb: a `PromptName`
must exist as a prompt, a `Target` as a node, a `Reference` under `uses`, a `Valued` has a type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    WithJsonSchema,
)

from ivr.domain import scalars
from ivr.flow.expressions import Expression, ExpressionError, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


class ShapeError(ValueError):
    """Text of the wrong shape. code: the checker's; offset: the character it starts at."""

    def __init__(self, code: str, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.offset = offset


class PromptName(str):
    """The name of a prompt."""

    __slots__ = ()


class Target(str):
    """Where an exit leads: a node, `next`, or in a sub-flow `exit.NAME`."""

    __slots__ = ()


class VarName(str):
    """A variable that a step writes."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """Something from outside, listed under `uses`. kind: hours, queues, sources, flows ..."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Valued:
    """A literal or, after `=`, an expression. wants: a type, "" if the context says it."""

    text: str
    wants: str = ""
    literal: str | None = None
    expression: Expression | None = None
    optional: bool = False
    """Whether a value that may be missing is accepted (through `default(.., None)`)."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A bare expression of type bool (`when`, `check`, `only`)."""

    expression: Expression

    @property
    def text(self) -> str:
        """As written."""
        return self.expression.text


def _expression(text: str, skipped: int = 0) -> Expression:
    try:
        return parse(text)
    except ExpressionError as error:
        raise ShapeError(error.code, str(error), error.offset + skipped) from error


def read_valued(text: object, wants: str = "", *, optional: bool = False) -> Valued:
    """`=...` is an expression, `==...` the literal text `=...`, anything else is literal text."""
    words = _scalar(text)
    if words.startswith("=="):
        return Valued(words, wants, literal=words[1:], optional=optional)
    if words.startswith("="):
        tree = _expression(words[1:], skipped=1)
        return Valued(words, wants, expression=tree, optional=optional)
    return Valued(words, wants, literal=words, optional=optional)


def _scalar(value: object) -> str:
    if not isinstance(value, str):
        _refuse("F103", "one value is wanted here, not a list or a map")
    return value


def _refuse(code: str, message: str) -> NoReturn:
    raise ShapeError(code, message)


def _parsed(code: str, parser: Callable[[str], Any]) -> Callable[[object], Any]:
    def read(value: object) -> Any:  # noqa: ANN401 - whatever the parser gives
        if not isinstance(value, str):
            return value if value is None or not isinstance(value, (dict, list)) else _scalar(value)
        try:
            return parser(value)
        except ShapeError:
            raise
        except scalars.BackwardsRangeError as error:
            raise ShapeError("F408", str(error)) from error
        except ValueError as error:
            raise ShapeError(code, str(error)) from error

    return read


def _name_reader(kind: type[str]) -> Callable[[object], Any]:
    def read(value: object) -> Any:  # noqa: ANN401 - the text class asked for
        return kind(_scalar(value))

    return read


def _as_list(value: object) -> object:
    return value if isinstance(value, (list, tuple)) else [value]


def _text_schema(**extra: object) -> WithJsonSchema:
    return WithJsonSchema({"type": ["string", "number", "boolean"], **extra})


def valued(wants: str = "", *, optional: bool = False) -> Any:  # noqa: ANN401 - an annotation
    """The annotation of a field that takes a literal or an expression of the type `wants`."""

    def read(value: object) -> Valued:
        if isinstance(value, Valued):
            return value
        return read_valued(value, wants, optional=optional)

    return Annotated[Any, BeforeValidator(read), _text_schema()]


def reference(kind: str) -> Any:  # noqa: ANN401 - an annotation
    """The annotation of a field that names something under `uses`."""

    def read(value: object) -> Reference:
        return value if isinstance(value, Reference) else Reference(kind, _scalar(value))

    return Annotated[Any, BeforeValidator(read), WithJsonSchema({"type": "string"})]


def read_condition(value: object) -> Any:  # noqa: ANN401 - a Condition, None stays None
    """A bare expression; None stays None."""
    if value is None or isinstance(value, Condition):
        return value
    return Condition(_expression(_scalar(value)))


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(f'"{text}" is not a whole number')
    return int(text)


def _end_key(text: str) -> str:
    if text not in {"#", "*"}:
        raise ValueError(f'"{text}" is not an end key; write "#" or "*"')
    return text


def _key(text: str) -> str:
    if not text.isascii() or not text or len(text) > 32 or not set(text) <= set("0123456789*#"):
        raise ValueError(f'"{text}" is not a key; write digits, "*" or "#"')
    return text


def _tries(value: object) -> object:
    number = _parsed("F103", _whole)(value)
    if isinstance(number, int) and not 1 <= number <= 5:
        _refuse("F409", f"tries is {number}; 1 to 5")
    return number


Seconds = Annotated[
    float,
    BeforeValidator(_parsed("F103", lambda text: scalars.read_duration(text).total_seconds())),
    WithJsonSchema({"type": "string", "pattern": r"^(\d+(ms|s|m|h|d))+$"}),
]
Flag = Annotated[
    bool,
    BeforeValidator(_parsed("F106", scalars.read_bool)),
    WithJsonSchema({"type": "boolean"}),
]
Whole = Annotated[
    int,
    BeforeValidator(_parsed("F103", _whole)),
    WithJsonSchema({"type": "integer"}),
]
DigitRange = Annotated[
    tuple[int, int],
    BeforeValidator(_parsed("F103", scalars.read_digits_range)),
    WithJsonSchema({"type": ["integer", "string"], "pattern": r"^\d+(-\d+)?$"}),
]
Prompt = Annotated[
    Any, BeforeValidator(_name_reader(PromptName)), WithJsonSchema({"type": "string"})
]
Prompts = Annotated[
    tuple[Prompt, ...],
    BeforeValidator(_as_list),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
]
Rungs = Annotated[
    tuple[Prompts, ...],
    BeforeValidator(_as_list),
    WithJsonSchema({"type": ["string", "array"]}),
]
Exit = Annotated[Any, BeforeValidator(_name_reader(Target)), WithJsonSchema({"type": "string"})]
Variable = Annotated[
    Any, BeforeValidator(_name_reader(VarName)), WithJsonSchema({"type": "string"})
]
Test = Annotated[Any, BeforeValidator(read_condition), WithJsonSchema({"type": "string"})]
EndKey = Annotated[
    str,
    BeforeValidator(_parsed("F103", _end_key)),
    WithJsonSchema({"enum": ["#", "*"]}),
]

Key = Annotated[
    str,
    BeforeValidator(_parsed("F103", _key)),
    WithJsonSchema({"type": "string", "pattern": "^[0-9*#]{1,32}$"}),
]
Tries = Annotated[
    int,
    BeforeValidator(_tries),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 5}),
]


class Short:
    """Marks a map that may also be written as one text; its validator makes the map of it."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Either form, for editors."""
        return {"anyOf": [{"type": "string"}, handler(schema)]}


class Strict(BaseModel):
    """A map in YAML: unknown keys are mistakes, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Fields(Strict):
    """The fields every step may have beside its verb's own. `only` false: the step is skipped.

    unbroken: nobody is rung up for a waiting caller while he is in this step of `wait.flow`.
    """

    only: Test = None
    unbroken: Flag = False


class ListenFields(Strict):
    """How to listen, in `listen:` of a flow or on a `menu` or `ask`; None = not written here."""

    first: Seconds | None = None
    between: Seconds | None = None
    last: Seconds | None = None
    tries: Tries | None = None
    end_key: EndKey | None = None
    barge_in: Flag | None = None
    type_ahead: Flag | None = None
    speech: Flag | None = None
    end_silence: Seconds | None = None
