"""Events, commands and states as JSON and back, exactly: what the journal and snapshots hold.

JSON knows text, numbers, booleans, null, lists and objects; those that mean the same stand for
themselves, everything else is an object with one key that begins with `$`:

    Leg(id=1, state="up")  {"$": "Leg", "id": 1, "state": "up"}    fields at their default left out
    Outcome.ABANDONED      {"$Outcome": "abandoned"}               an enum, by its value
    (1, 2)                 {"$t": [1, 2]}                          a plain JSON list is a list
    {1: "a"}               {"$p": [[1, "a"]]}                      keys that JSON cannot hold
    Decimal("1.50")        {"$n": "1.50"}
    Money(..)              {"$m": ["12.50", "TRY"]}
    date, time             {"$d": "2026-11-23"}, {"$c": "10:30:00"}
    datetime               {"$a": "2026-11-23T10:30:00.000000+00:00"}, always UTC
    timedelta              {"$u": 90000000}                        microseconds
    Sealed                 {"$s": ".."}                            only through `seal` and `unseal`

Tables are made once per class; coding a value looks only at exact types, so a subclass of a known
type is refused instead of quietly losing its kind. Fields that a class computes itself
(`init=False`) are not written.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from ivr.domain.errors import ReplayError
from ivr.domain.values import Money, Sealed, open_sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
# Tables by exact type: the key says what the argument is, which a type checker cannot follow.
Encode: TypeAlias = "Callable[[Any], Json]"
Revive: TypeAlias = "Callable[[Any], object]"
_Rows: TypeAlias = "list[tuple[str, object, type | None]]"
T = TypeVar("T")

_PLAIN = frozenset((str, int, bool, float, type(None)))
_CONTAINERS = frozenset((tuple, list, dict))
_MICROSECOND = timedelta(microseconds=1)
_REQUIRED = object()
_BAD_CONTENT = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError)


class _Encoders(dict[type, "Encode"]):
    """Encoder by exact type; a type nobody declared is a mistake of the program."""

    def __missing__(self, kind: type) -> Encode:
        raise TypeError(f"the codec does not know {kind.__module__}.{kind.__qualname__}")


class Codec:
    """Codes the given dataclasses and enums, and the value types of `domain/values.py`.

    classes: each under its own class name, which must be unique. seal, unseal: the encryption of
    one call's secrets, text to text. `encode` and `dumps` raise TypeError for anything not
    declared and for moments without a zone; `decode` and `loads` raise ReplayError for a tag or
    field that this program does not know, a field that is missing, and text that is not ours.
    """

    def __init__(
        self,
        classes: Iterable[type],
        seal: Callable[[str], str],
        unseal: Callable[[str], str],
    ) -> None:
        self._encoders = _value_encoders(seal)
        self._revivers = _value_revivers(unseal)
        self._builders: dict[str, tuple[Callable[..., object], frozenset[str]]] = {}
        for kind in classes:
            self._declare(kind)
        self._write = writer()
        self._parse = json.JSONDecoder(
            object_hook=self._revive, parse_constant=_refuse_constant
        ).decode

    def encode(self, value: object) -> Json:
        """The value as plain JSON types."""
        kind = type(value)
        if kind in _PLAIN:
            return value  # type: ignore[return-value]  # a plain type by the test above
        return self._encoders[kind](value)

    def decode(self, data: Json) -> object:
        """The value that `encode` turned into `data`, which is left as it was."""
        if type(data) is list:
            return [self.decode(item) for item in data]
        if type(data) is dict:
            return self._revive({key: self.decode(item) for key, item in data.items()})
        return data

    def dumps(self, value: object) -> str:
        """The value as JSON text without spaces, non-ASCII letters as they are."""
        return self._write(self.encode(value))

    def loads(self, text: str) -> object:
        """The value that `dumps` wrote."""
        try:
            return self._parse(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ReplayError(f"not JSON: {error}") from error

    def loads_as(self, kind: type[T], text: str) -> T:
        """As `loads`, but ReplayError unless the value is a `kind`."""
        value = self.loads(text)
        if isinstance(value, kind):
            return value
        raise ReplayError(f"wanted {kind.__name__}, found {type(value).__name__}")

    def _declare(self, kind: type) -> None:
        if kind.__name__ in self._builders or f"${kind.__name__}" in self._revivers:
            raise ValueError(f"two classes are named {kind.__name__}")
        if issubclass(kind, Enum):
            if any(type(member.value) not in _PLAIN for member in kind):
                raise ValueError(f"{kind.__name__} has values that are not plain text or numbers")
            self._revivers[f"${kind.__name__}"] = {
                member.value: member for member in kind
            }.__getitem__
            self._encoders[kind] = _enum_encoder(kind)
        elif is_dataclass(kind):
            names = frozenset(field.name for field in fields(kind) if field.init)
            self._builders[kind.__name__] = (kind, names)
            self._encoders[kind] = _dataclass_encoder(kind, self._encoders)
        else:
            raise ValueError(f"{kind.__name__} is neither a dataclass nor an enum")

    def _revive(self, data: dict[str, object]) -> object:
        """One JSON object, its content revived already, as the value it stands for."""
        if "$" in data:
            return self._build(data)
        if len(data) == 1:
            (tag,) = data
            if tag.startswith("$"):
                return self._read(tag, data[tag])
        return data

    def _build(self, data: dict[str, Any]) -> object:
        tag = data.pop("$")
        try:
            build, names = self._builders[tag]
        except (KeyError, TypeError):
            raise ReplayError(f"this program has no class {tag}") from None
        try:
            return build(**data)
        except _BAD_CONTENT as error:
            unknown = ", ".join(sorted(data.keys() - names))
            reason = f"has no field {unknown}" if unknown else f"cannot be made: {error}"
            raise ReplayError(f"{tag} {reason}") from error

    def _read(self, tag: str, content: object) -> object:
        revive = self._revivers.get(tag)
        if revive is None:
            raise ReplayError(f"this program has no class {tag[1:]}")
        try:
            return revive(content)
        except _BAD_CONTENT as error:
            raise ReplayError(f"{tag} cannot be read: {error}") from error


def writer(default: Callable[[Any], Any] | None = None) -> Callable[[object], str]:
    """A function that writes JSON without spaces, non-ASCII letters as they are; NaN is refused.

    default: what to write instead of a value that JSON does not know. `JSONEncoder.encode` makes a
    new C encoder at each call, which takes longer than a short text; here it is made once.
    """
    encoder = json.JSONEncoder(
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
        check_circular=False,
        default=default,
    )
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # an interpreter without the C part
        return encoder.encode
    parts = make(
        None, encoder.default, json.encoder.encode_basestring, None, ":", ",", False, False, False
    )
    return lambda value: "".join(parts(value, 0))


@cache
def _table(kind: type) -> tuple[_Rows, Callable[[object], tuple[Any, ...]]]:
    """A class's fields by name, default and usual type, and what reads them all; every codec takes
    the same."""
    table = [field for field in fields(kind) if field.init]
    defaults = [_default(field.default, field.default_factory) for field in table]
    rows = [
        (field.name, default, _usual(default))
        for field, default in zip(table, defaults, strict=True)
    ]
    return rows, _reader([field.name for field in table])


def _dataclass_encoder(kind: type, encoders: _Encoders) -> Encode:
    """Encodes one class: its tag, then each field that is not at its default."""
    tag = kind.__name__
    rows, values = _table(kind)

    def encode(value: object) -> Json:
        coded: dict[str, Json] = {"$": tag}
        for (name, default, usual), item in zip(rows, values(value)):  # noqa: B905 - hot, equal lengths
            if item is default:
                continue
            own = type(item)
            if own in _PLAIN:
                # Equal floats may differ: 0.0 == -0.0.
                if own is not usual or item != default or own is float:
                    coded[name] = item
            elif own is not usual or item or own not in _CONTAINERS:
                coded[name] = encoders[own](item)
        return coded

    return encode


def _reader(names: list[str]) -> Callable[[object], tuple[Any, ...]]:
    """All fields of an object at once, as a tuple also when there is one or none."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _default(default: object, factory: object) -> object:
    """What a field holds when nothing is given; a factory counts only if it makes an empty one.

    Other factories may give a new value each time, so such a field is always written.
    """
    if default is not MISSING:
        return default
    made = factory() if callable(factory) else _REQUIRED
    return made if type(made) in _CONTAINERS and not made else _REQUIRED


def _usual(default: object) -> type | None:
    """The type whose value may be the default; of containers only an empty one can be told."""
    return None if type(default) in _CONTAINERS and default else type(default)


def _enum_encoder(kind: type[Enum]) -> Encode:
    tag, plain = f"${kind.__name__}", {member: member.value for member in kind}
    return lambda member: {tag: plain[member]}


def _value_encoders(seal: Callable[[str], str]) -> _Encoders:
    encoders = _Encoders()

    def many(items: Collection[Any]) -> list[Json]:
        if _PLAIN.issuperset(map(type, items)):  # such as the path of a long call
            return list(items)
        return [item if type(item) in _PLAIN else encoders[type(item)](item) for item in items]

    def mapping(value: dict[Any, Any]) -> Json:
        coded: dict[str, Json] = {}
        for key, item in value.items():
            if type(key) is not str or key[:1] == "$":
                return {"$p": [many(pair) for pair in value.items()]}
            own = type(item)
            coded[key] = item if own in _PLAIN else encoders[own](item)
        return coded

    encoders[list] = many
    encoders[tuple] = lambda value: {"$t": many(value)}
    encoders[dict] = mapping
    encoders[Sealed] = lambda value: {"$s": seal(open_sealed(value))}
    encoders[Decimal] = lambda value: {"$n": str(value)}
    encoders[Money] = lambda value: {"$m": [str(value.amount), value.currency]}
    encoders[date] = lambda value: {"$d": value.isoformat()}
    encoders[time] = _time
    encoders[datetime] = _datetime
    encoders[timedelta] = lambda value: {"$u": value // _MICROSECOND}
    return encoders


def _time(value: time) -> Json:
    if value.tzinfo is not None:
        raise TypeError("a time of day has no zone")
    return {"$c": value.isoformat()}


def _datetime(at: datetime) -> Json:
    if at.tzinfo is None:
        raise TypeError("a moment needs a zone")
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return {"$a": at.isoformat() if at.microsecond else at.isoformat(timespec="microseconds")}


def _value_revivers(unseal: Callable[[str], str]) -> dict[str, Revive]:
    return {
        "$t": tuple,
        "$p": dict,
        "$s": lambda text: Sealed(unseal(text)),
        "$n": Decimal,
        "$m": lambda parts: Money(Decimal(parts[0]), parts[1]),
        "$d": date.fromisoformat,
        "$c": time.fromisoformat,
        "$a": datetime.fromisoformat,
        "$u": lambda count: timedelta(microseconds=count),
    }


def _refuse_constant(name: str) -> object:
    raise ReplayError(f"not JSON: {name}")
