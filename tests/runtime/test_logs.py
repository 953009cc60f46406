"""Log lines: JSON, one event name each, nothing personal in clear, no card number at all."""

from __future__ import annotations

import io
import json
import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.call import CallId
from ivr.domain.values import HIDDEN, Money, Sealed
from ivr.runtime import logs
from ivr.runtime.context import speaking_of
from ivr.runtime.live import LiveCall

if TYPE_CHECKING:
    from collections.abc import Iterator

CARD = "4532015112830366"


def record(event: str = "call_node", **extra: Any) -> logging.LogRecord:  # noqa: ANN401 - what a log record may carry
    made = logging.LogRecord("ivr", logging.INFO, "f.py", 1, event, None, None)
    made.__dict__.update(extra)
    return made


def line(pii: str = logs.MASK, **extra: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    text = logs.JsonLines(pii).format(record(**extra))
    assert "\n" not in text
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def test_a_line_says_when_how_bad_and_what() -> None:
    found = line(facts={"node": "main", "took_ms": 3})
    assert list(found) == ["at", "level", "event", "node", "took_ms"]
    assert (found["level"], found["event"], found["took_ms"]) == ("info", "call_node", 3)
    assert found["at"].endswith("+00:00")


def test_a_line_inside_a_call_carries_the_call() -> None:
    with speaking_of(LiveCall(CallId("c1"), "main", "desk", "ref", b"", 1)):
        found = line()
    assert (found["call"], found["trunk"]) == ("c1", "main")


def test_no_fact_can_pretend_to_be_the_event() -> None:
    found = line(facts={"event": "other", "level": "x"}, at="never")
    assert (found["event"], found["level"]) == ("call_node", "info")
    assert found["at"] != "never"


def test_personal_data_is_masked() -> None:
    found = line(pii="mask", extra={"x": 1})
    assert "pii" not in found
    text = logs.JsonLines().format(
        record(pii={"ani": "+905321112233", "name": "Ayşe", "keys": ["1", "2"], "known": True})
    )
    assert json.loads(text)["pii"] == {
        "ani": "+90•••••••33",
        "name": HIDDEN,
        "keys": [HIDDEN, HIDDEN],
        "known": True,
    }


def test_personal_data_is_left_out_or_shown_where_that_is_wished() -> None:
    personal = {"ani": "+905321112233"}
    dropped = json.loads(logs.JsonLines(logs.DROP).format(record(pii=personal)))
    shown = json.loads(logs.JsonLines(logs.FULL).format(record(pii=personal)))
    assert "pii" not in dropped
    assert shown["pii"] == personal


def test_figures_that_belong_to_a_person_are_masked_too() -> None:
    assert logs.masked({"balance": Money(Decimal(5), "TRY"), "age": 40, "none": None}) == {
        "balance": HIDDEN,
        "age": HIDDEN,
        "none": None,
    }


def test_a_secret_shows_as_dots_wherever_it_stands() -> None:
    text = logs.JsonLines(logs.FULL).format(
        record(facts={"pin": Sealed("1234")}, pii={"card": Sealed(CARD)})
    )
    assert "1234" not in text
    assert CARD not in text
    assert HIDDEN in text


@pytest.mark.parametrize(
    "written",
    [
        CARD,
        "4532 0151 1283 0366",
        "4532-0151-1283-0366",
        f"12 {CARD} 7",
        f"\x00{CARD}",
        f"\u2028{CARD}\ud800",
        f"0{CARD[:4]} {CARD}",
        "5555555555554444 4111111111111111",
        "378282246310005",
    ],
)
def test_a_card_number_never_leaves(written: str) -> None:
    for text in (
        logs.JsonLines().format(record(facts={"words": written})),
        logs.JsonLines(logs.FULL).format(record(pii={"words": written})),
        logs.JsonLines().format(record(event=f"call_{written}")),
    ):
        assert "[card ..." in text
        digits = "".join(sign for sign in text if sign.isdigit())
        for card in (CARD, "5555555555554444", "4111111111111111", "378282246310005"):
            assert card not in digits
        json.loads(text)


@given(st.text(alphabet="0123456789 -", max_size=40), st.text(alphabet="0123456789 -", max_size=40))
def test_whatever_digits_stand_around_a_card_number_it_is_hidden(before: str, after: str) -> None:
    text = logs.JsonLines().format(record(facts={"words": f"{before}x {CARD} x{after}"}))
    assert CARD not in text
    json.loads(text)


@pytest.mark.parametrize("harmless", ["1234567890123", "20261123073000", "12345", "01ARZ3NDEK"])
def test_other_long_numbers_stay(harmless: str) -> None:
    assert line(facts={"id": harmless})["id"] == harmless


def test_controls_and_turned_directions_are_escaped() -> None:
    """R29 of acd-cti.md 14: nobody's name or number forges a line."""
    nasty = "a\nb\r\x00\x1b[31m\x85\u2028\u202e\ud800\ufeffz"
    text = logs.JsonLines().format(record(event=nasty, facts={"x": nasty}))
    assert text.isprintable()
    text.encode()
    assert json.loads(text)["x"] == nasty


def test_things_that_json_does_not_know_show_their_kind_alone() -> None:
    assert line(facts={"thing": object(), "bytes": b"1234"}) | {"at": ""} == {
        "at": "",
        "level": "info",
        "event": "call_node",
        "thing": "<object>",
        "bytes": "<bytes>",
    }


def test_an_error_is_told_on_the_same_line() -> None:
    made = record()
    with pytest.raises(ValueError, match=CARD) as caught:
        int(CARD + "x")
    made.exc_info = (caught.type, caught.value, caught.tb)
    text = logs.JsonLines().format(made)
    assert "ValueError" in json.loads(text)["error"]
    assert CARD not in text


@pytest.fixture
def restored() -> Iterator[None]:
    """The logging of the process as it was before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("restored")
def test_the_whole_process_logs_to_one_place_as_json() -> None:
    stream = io.StringIO()
    logs.set_up("warning", logs.DROP, stream)
    logging.getLogger("ivr.x").warning("one", extra={"facts": {"n": 1}, "pii": {"ani": "+90"}})
    logging.getLogger("aiohttp").error("two")
    logging.getLogger("ivr.x").info("three")
    logging.getLogger("asyncio").info("four")
    found = [json.loads(each) for each in stream.getvalue().splitlines()]
    assert [(each["event"], each.get("n"), "pii" in each) for each in found] == [
        ("one", 1, False),
        ("two", None, False),
    ]
