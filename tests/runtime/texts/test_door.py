"""What comes in by the door is clean and kept, and wakes who waits for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ivr.domain.texting.states import OPTED_OUT
from ivr.runtime.ports.texts import ARRIVALS, Report, TextIn
from ivr.runtime.texts.door import CUT, Door, cleaned

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = TextIn("main", "SM1", "0532 111 22 33", "+908502220000", "Merhaba", NOON)


@dataclass
class Kept:
    """Texts that are kept nowhere but here."""

    texts: list[TextIn] = field(default_factory=list)
    fresh: Any = "row"
    row: Any = None

    async def received(self, text: TextIn, *, tenant: int = 1) -> Any:  # noqa: ANN401
        """As the port says."""
        assert tenant == 1
        self.texts.append(text)
        return self.fresh

    async def reported(self, _report: Report, *, tenant: int = 1) -> Any:  # noqa: ANN401
        """As the port says."""
        assert tenant == 1
        return self.row


@dataclass
class Row:
    """As much of a row as is looked at."""

    state: str
    trunk: str = "main"


async def nobody(_text: object, _code: str) -> None:
    """Never told."""
    raise AssertionError


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0532 111 22 33", "+905321112233"),
        ("+905321112233", "+905321112233"),
        ("3434", "3434"),
        ("BANKA A.S.", "BANKA A.S."),
        ("x" * 40, "x" * 32),
    ],
)
async def test_numbers_come_in_one_form_and_names_stay(written: str, kept: str) -> None:
    texts, rung = Kept(), list[str]()
    await Door(texts, "TR", rung.append, nobody).received(replace(TEXT, from_=written))  # type: ignore[arg-type]
    assert (texts.texts[0].from_, rung) == (kept, [ARRIVALS])


async def test_nobody_is_woken_for_a_text_that_was_there_or_is_not_whole() -> None:
    rung = list[str]()
    await Door(Kept(fresh=None), "TR", rung.append, nobody).received(TEXT)  # type: ignore[arg-type]
    assert rung == []


@pytest.mark.parametrize(
    ("row", "rung"), [(Row("queued"), ["text:main"]), (Row("delivered"), []), (None, [])]
)
async def test_a_text_that_goes_again_wakes_its_lane(row: Row | None, rung: list[str]) -> None:
    found = list[str]()
    report = Report("main", "undelivered", NOON, text="T1")
    await Door(Kept(row=row), "TR", found.append, nobody).reported(report)  # type: ignore[arg-type]
    assert found == rung


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("s\u0327ok", "şok"),
        ("a\x00b\x07c\r\nd\te", "abc\nd\te"),
        ("\ud800x", "x"),
        ("👨‍👩‍👧 iyi", "👨‍👩‍👧 iyi"),
        ("ş" * 2001, "ş" * 1999 + CUT),
    ],
)
def test_words_are_composed_without_controls_and_cut(text: str, kept: str) -> None:
    assert cleaned(text) == kept


async def test_who_is_blocked_by_the_provider_is_told_of() -> None:
    told: list[tuple[object, str]] = []

    async def blocked(text: object, code: str) -> None:
        told.append((text, code))

    row = Row("undelivered")
    report = Report("main", "undelivered", NOON, provider_id="SM1", reason=OPTED_OUT, code="21610")
    await Door(Kept(row=row), "TR", print, blocked).reported(report)  # type: ignore[arg-type]
    assert told == [(row, "21610")]


@pytest.mark.parametrize(("row", "told"), [(Row("delivered"), 1), (None, 0)])
async def test_whoever_waits_for_reports_is_told_of_them(row: Row | None, told: int) -> None:
    heard: list[object] = []
    report = Report("main", "delivered", NOON, text="T1")
    door = Door(Kept(row=row), "TR", print, nobody, [heard.append])  # type: ignore[arg-type]
    await door.reported(report)
    assert heard == [row] * told
