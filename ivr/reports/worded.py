"""A report in plain words, for a mail: the total with its goals, then the first rows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.reports.model import (
    CORRELATION,
    DIFFERENCE,
    FIGURED,
    MEAN,
    NET,
    PAIRED,
    PERCENT,
    SECONDS,
    Judged,
    Verdict,
)
from ivr.reports.telling import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime, tzinfo

    from ivr.reports.model import Cell, Column, Row, Table, Titles

MOST_ROWS = 20
_POINTS = (NET, DIFFERENCE, CORRELATION, MEAN, PAIRED)
_TR: Mapping[str, str] = {
    "total": "Toplam",
    "goal": "hedef",
    "more": "Yalnız ilk {n} satır; tümü ekteki dosyada.",
    "nothing": "Bu sürede hiçbir şey yok.",
    "few": "çok az",
    Verdict.MET: "tuttu",
    Verdict.MISSED: "tutmadı",
    Verdict.OPEN: "belirsiz",
    Verdict.CHANGED: "hedef bu sürede değişti",
}
_EN: Mapping[str, str] = {
    "total": "Total",
    "goal": "goal",
    "more": "The first {n} rows only; the attached file has all of them.",
    "nothing": "Nothing in this time.",
    "few": "too few",
    Verdict.MET: "met",
    Verdict.MISSED: "missed",
    Verdict.OPEN: "open",
    Verdict.CHANGED: "the goal changed in this time",
}


def subject_of(table: Table, since: datetime, until: datetime, zone: tzinfo, language: str) -> str:
    """One line: what it is of and of which days."""
    first, after = (at.astimezone(zone).date() for at in (since, until))
    last = after - timedelta(days=1)
    days = f"{first}" if first == last else f"{first} - {last}"
    return f"{_title(table.report.title, language)} ({table.report.id}), {days}"


def text_of(table: Table, language: str) -> str:
    """The body of the mail."""
    words = _words(language)
    if not table.rows:
        return f"{words['nothing']}\n"
    parts = [_block(words["total"], table, table.total, language)]
    parts += [_block(_name(row), table, row, language) for row in table.rows[:MOST_ROWS]]
    if len(table.rows) > MOST_ROWS:
        parts.append(words["more"].format(n=MOST_ROWS))
    parts.append(_title(table.report.note, language))
    return "\n\n".join(parts) + "\n"


def _name(row: Row) -> str:
    return " · ".join(each or "–" for each in row.labels)


def _block(name: str, table: Table, row: Row, language: str) -> str:
    lines = [f"  {line}" for line in _figures(table.columns, row, language)]
    return "\n".join([name, *lines])


def _figures(columns: Iterable[Column], row: Row, language: str) -> Iterator[str]:
    words = _words(language)
    for column, cell in zip(columns, row.cells, strict=True):
        goal = row.goals.get(column.name)
        judged = "" if goal is None else f"; {_judged(goal, column.unit, words)}"
        yield f"{_title(column.title, language)}: {_shown(cell, column.unit, words)}{judged}"


def _shown(cell: Cell, unit: str, words: Mapping[str, str]) -> str:
    if cell is None:
        return "–"
    if not isinstance(cell, FIGURED):
        return _plain(f"{cell:g}" if isinstance(cell, float) else str(cell), unit)
    found = told(cell, unit)
    value = "–" if found.value is None else _of(str(found.value), unit)
    few = f", {words['few']}" if found.value is None and found.n else ""
    sure = "" if found.low is None else f", {_of(f'{found.low} … {found.high}', unit)}"
    return f"{value} (n = {found.n}{few}{sure})"


def _judged(goal: Judged, unit: str, words: Mapping[str, str]) -> str:
    if goal.value is None:
        return words[goal.verdict]
    aim = f"{goal.value:g}"
    shown = _plain(aim, unit) if unit == SECONDS else _of(aim, unit)
    return f"{words['goal']} {'≥' if goal.at_least else '≤'} {shown}: {words[goal.verdict]}"


def _plain(text: str, unit: str) -> str:
    return f"{text} s" if unit == SECONDS else f"{text} %" if unit == PERCENT else text


def _of(text: str, unit: str) -> str:
    return text if unit in _POINTS else f"{text} %"


def _title(titles: Titles, language: str) -> str:
    return titles.get(language) or titles["en"]


def _words(language: str) -> Mapping[str, str]:
    return _TR if language == "tr" else _EN
