"""What goes into the journal comes out of it again, or is refused."""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from itertools import count
from typing import NamedTuple, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.codec import Codec, writer
from ivr.domain.errors import ReplayError
from ivr.domain.values import Money, Sealed


class Ending(StrEnum):
    """How a call ended."""

    HANDLED = "handled"
    ABANDONED = "abandoned"


class Level(IntEnum):
    """An enum of numbers."""

    LOW = 1
    HIGH = 2


@dataclass(frozen=True, slots=True)
class Leg:
    """Required fields, plain defaults, and defaults that are hard to tell."""

    id: int
    trunk: str
    ani: str | None = None
    share: float = 0.0
    tries: int = 1
    up: bool = False
    state: object = ()
    path: tuple[int, ...] = (1, 2)
    place: str = "main menu"


@dataclass(frozen=True, slots=True)
class Walk:
    """Defaults made by factories."""

    leg: int
    frames: tuple[object, ...] = ()
    typed: list[str] = field(default_factory=list)
    data: dict[str, object] = field(default_factory=dict)
    marks: list[int] = field(default_factory=lambda: [1, 2])
    ending: Ending = Ending.HANDLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A field that is not given from outside."""

    at: datetime
    size: int = field(default=0, init=False, compare=False)


@dataclass(frozen=True, slots=True)
class Ping:
    """No fields."""


@dataclass(frozen=True, slots=True)
class Picky:
    """A class that checks itself."""

    count: int

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("below zero")


NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A default that is another one each time."""

    number: int = field(default_factory=lambda: next(NUMBERS))


class Pair(NamedTuple):
    """Looks like a tuple, is none."""

    left: int
    right: int


CLASSES = (Ending, Level, Leg, Walk, Started, Ping, Picky, Numbered)
CODEC = Codec(CLASSES, lambda text: text[::-1] + "#", lambda text: text[:-1][::-1])

text = st.text(st.characters(codec="utf-8"), max_size=8)
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | text
    | st.floats(allow_nan=False, allow_infinity=False)
)
single = (
    plain
    | st.decimals(allow_nan=False)
    | st.builds(Money, st.decimals(allow_nan=False, places=2), st.sampled_from(["TRY", "USD"]))
    | st.dates()
    | st.times()
    | st.datetimes(timezones=st.just(UTC))
    | st.timedeltas()
    | st.builds(Sealed, text)
    | st.sampled_from([*Ending, *Level])
    | st.builds(Ping)
)
keys = text | st.sampled_from(["$", "$t", "$$", "$Leg"])


def nested(inside: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return (
        st.lists(inside, max_size=3)
        | st.lists(inside, max_size=3).map(tuple)
        | st.dictionaries(keys, inside, max_size=3)
        | st.dictionaries(st.integers(), inside, max_size=3)
        | st.dictionaries(
            st.sampled_from([*Ending]) | st.tuples(st.integers(), text), inside, max_size=2
        )
        | st.builds(
            Leg,
            st.integers(),
            text,
            st.none() | text,
            st.sampled_from([0.0, -0.0, 0.5]),
            st.integers(0, 2),
            st.booleans(),
            inside,
            st.sampled_from([(), (1, 2), (True, 2), (3,)]),
            st.sampled_from(["main menu", "", "main"]).map(lambda word: "".join(list(word))),
        )
        | st.builds(
            Walk,
            st.integers(),
            st.lists(inside, max_size=2).map(tuple),
            st.lists(text, max_size=2),
            st.dictionaries(keys, inside, max_size=2),
            st.lists(st.integers(), max_size=2),
            st.sampled_from(Ending),
        )
        | st.builds(Started, at=st.datetimes(timezones=st.just(UTC)))
    )


values = st.recursive(single, nested, max_leaves=12)


def kinds(value: object) -> object:
    """The value with its type at every level, since 1 == True and 0.0 == -0.0."""
    if isinstance(value, dict):
        return [dict, [(kinds(key), kinds(item)) for key, item in value.items()]]
    if isinstance(value, list | tuple):
        return [type(value), [kinds(item) for item in value]]
    if isinstance(value, Leg | Walk):
        names: tuple[str, ...] = ("leg", "frames", "typed", "data", "marks", "ending")
        if isinstance(value, Leg):
            names = ("id", "trunk", "ani", "share", "tries", "up", "state", "path", "place")
        return [type(value), [kinds(getattr(value, name)) for name in names]]
    return [type(value), str(value) if isinstance(value, Decimal | float) else value]


@given(values)
def test_everything_comes_back_the_same(value: object) -> None:
    written = CODEC.dumps(value)
    assert kinds(CODEC.loads(written)) == kinds(value)
    assert CODEC.loads(written) == value
    coded = CODEC.encode(value)
    assert json.loads(json.dumps(coded)) == coded
    assert kinds(CODEC.decode(coded)) == kinds(value)
    assert CODEC.dumps(CODEC.loads(written)) == written


@given(values)
def test_decoding_leaves_its_input_as_it_was(value: object) -> None:
    coded = CODEC.encode(value)
    before = json.dumps(coded)
    CODEC.decode(coded)
    assert json.dumps(coded) == before


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Leg(1, "main"), '{"$":"Leg","id":1,"trunk":"main"}'),
        (Leg(1, "main", share=-0.0), '{"$":"Leg","id":1,"trunk":"main","share":-0.0}'),
        (Leg(1, "main", place="".join(["main ", "menu"])), '{"$":"Leg","id":1,"trunk":"main"}'),
        (Leg(1, "main", path=()), '{"$":"Leg","id":1,"trunk":"main","path":{"$t":[]}}'),
        (Leg(1, "main", up=cast("bool", 0)), '{"$":"Leg","id":1,"trunk":"main","up":0}'),
        (Walk(1), '{"$":"Walk","leg":1,"marks":[1,2]}'),
        (
            Walk(1, ("a",), ["b"]),
            '{"$":"Walk","leg":1,"frames":{"$t":["a"]},"typed":["b"],"marks":[1,2]}',
        ),
        (Ping(), '{"$":"Ping"}'),
        (Ending.ABANDONED, '{"$Ending":"abandoned"}'),
        ({"ad": "Ayşe"}, '{"ad":"Ayşe"}'),
        ({1: "a"}, '{"$p":[[1,"a"]]}'),
        ({"$t": 1}, '{"$p":[["$t",1]]}'),
        (Decimal("1.50"), '{"$n":"1.50"}'),
        (Money(Decimal("12.50"), "TRY"), '{"$m":["12.50","TRY"]}'),
        (date(2026, 11, 23), '{"$d":"2026-11-23"}'),
        (time(10, 30), '{"$c":"10:30:00"}'),
        (datetime(2026, 11, 23, 10, 30, tzinfo=UTC), '{"$a":"2026-11-23T10:30:00.000000+00:00"}'),
        (timedelta(seconds=90), '{"$u":90000000}'),
        (Sealed("4532"), '{"$s":"2354#"}'),
    ],
)
def test_the_written_form_is_stable(value: object, written: str) -> None:
    assert CODEC.dumps(value) == written


def test_a_moment_in_another_zone_is_written_in_utc() -> None:
    istanbul = timezone(timedelta(hours=3))
    at = datetime(2026, 11, 23, 10, 30, tzinfo=istanbul)
    back = CODEC.loads(CODEC.dumps(at))
    assert back == at
    assert isinstance(back, datetime)
    assert back.tzinfo is UTC


def test_a_field_made_by_the_class_itself_is_not_written() -> None:
    assert "size" not in CODEC.dumps(Started(at=datetime(2026, 1, 1, tzinfo=UTC)))


def test_a_default_that_differs_each_time_is_written() -> None:
    for number in range(1, 6):
        assert CODEC.loads(CODEC.dumps(Numbered(number))) == Numbered(number)


def test_sealed_text_never_appears_in_the_clear() -> None:
    assert "secret" not in CODEC.dumps({"card": Sealed("secret"), "list": (Sealed("secret"),)})


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ('{"$":"Bridge","id":1}', "no class Bridge"),
        ('{"$":["Leg"]}', "no class"),
        ('{"$Outcome":"handled"}', "no class Outcome"),
        ('{"$z":1}', "no class z"),
        ('{"$Ending":"sold"}', "Ending cannot be read: 'sold'"),
        ('{"$":"Leg","id":1,"trunk":"a","colour":"red","age":3}', "Leg has no field age, colour"),
        ('{"$":"Leg","id":1}', "Leg cannot be made: .*trunk"),
        ('{"$":"Picky","count":-1}', "Picky cannot be made: below zero"),
        ('{"$n":"twelve"}', r"\$n cannot be read"),
        ('{"$n":[]}', r"\$n cannot be read"),
        ('{"$d":"2026-02-30"}', r"\$d cannot be read"),
        ('{"$a":5}', r"\$a cannot be read"),
        ('{"$u":"5"}', r"\$u cannot be read"),
        ('{"$t":5}', r"\$t cannot be read"),
        ('{"$m":["1.0"]}', r"\$m cannot be read"),
        ('{"$p":[[[],1]]}', r"\$p cannot be read"),
        ('{"$s":5}', r"\$s cannot be read"),
        ("{", "not JSON"),
        ("", "not JSON"),
        ("NaN", "not JSON: NaN"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_this_program_does_not_know_is_a_replay_error(written: str, reason: str) -> None:
    with pytest.raises(ReplayError, match=reason):
        CODEC.loads(written)


def test_decode_refuses_the_same() -> None:
    with pytest.raises(ReplayError, match="no class Bridge"):
        CODEC.decode([{"a": {"$": "Bridge"}}])


class Unknown(Enum):
    """Declared nowhere."""

    ONE = 1


@dataclass(frozen=True, slots=True)
class LongLeg(Leg):
    """Declared nowhere, though its parent is."""

    metres: int = 0


@pytest.mark.parametrize(
    "value",
    [
        Unknown.ONE,
        LongLeg(1, "a"),
        OrderedDict(a=1),
        Pair(1, 2),
        {1, 2},
        b"bytes",
        object(),
        datetime(2026, 1, 1),  # noqa: DTZ001 - that is the point
        time(10, tzinfo=UTC),
        [Leg(1, "a", state={"x": object()})],
    ],
)
def test_what_nobody_declared_is_not_written(value: object) -> None:
    with pytest.raises(TypeError):
        CODEC.dumps(value)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_float_that_is_no_number_is_not_written(value: float) -> None:
    with pytest.raises(ValueError, match=r"not JSON compliant|Out of range"):
        CODEC.dumps(value)


def test_the_wanted_class_is_checked() -> None:
    written = CODEC.dumps(Ping())
    assert CODEC.loads_as(Ping, written) == Ping()
    with pytest.raises(ReplayError, match="wanted Leg, found Ping"):
        CODEC.loads_as(Leg, written)


def test_two_classes_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two classes are named Leg"):
        Codec((Leg, Leg), str, str)


def test_only_dataclasses_and_enums_are_declared() -> None:
    with pytest.raises(ValueError, match="neither a dataclass nor an enum"):
        Codec((Pair,), str, str)


def test_an_enum_of_odd_values_is_refused() -> None:
    class Odd(Enum):
        PAIR = (1, 2)

    with pytest.raises(ValueError, match="Odd"):
        Codec((Odd,), str, str)


# --- the writer -----------------------------------------------------------------------------------

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def _theirs(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@pytest.mark.unmeasured
@given(PLAIN)
def test_the_writer_writes_what_json_would(value: object) -> None:
    assert writer()(value) == _theirs(value)


def test_a_writer_without_the_c_part_writes_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    value = {"a": [1, "ü", None, 0.5]}
    monkeypatch.setattr("json.encoder.c_make_encoder", None)
    assert writer()(value) == _theirs(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, [-math.inf]])
def test_the_writer_refuses_what_is_no_number(value: object) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        writer()(value)


def test_the_writer_asks_for_what_json_does_not_know() -> None:
    assert writer(str)({"a": Decimal("1.50")}) == '{"a":"1.50"}'
    with pytest.raises(TypeError):
        writer()({"a": Decimal("1.50")})
