"""After an anonymous survey nothing in the whole database ties an answer to who gave it."""

from __future__ import annotations

import io
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Text, cast, select

from ivr.runtime import entries, logs
from ivr.runtime.ids import Ulids
from ivr.runtime.memory.clock import VirtualClock
from ivr.runtime.surveys.unlinking import AFTER, unlink_now
from ivr.store.surveyed.repository import SqlOpinions
from ivr.store.tables import METADATA
from tests.fakes.pause import pause
from tests.fakes.surveyed import AGENT, ANI, Surveyed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from ivr.store import SqlStore

WORD, NUMBER = "zumrut_kart", "483921"
SURVEY = """\
survey: support
version: 1
languages: [tr, en]
questions:
  csat:
    type: scale
    score: csat
    key: true
    say: {tr: "1 çok kötü, 5 çok iyi.", en: "1 is very bad, 5 is very good."}
  card:
    type: choice
    keys: {"1": zumrut_kart, "2": yakut_kart}
    say: {tr: "1 zümrüt, 2 yakut.", en: "1 emerald, 2 ruby."}
  many:
    type: number
    say: {tr: "Kaç lira?", en: "How many liras?"}
plans:
  staff:
    when: post_call
    seed: x
    anonymous: true
    low: {when: "default(answers.csat, 5) <= 2", ticket: {kind: complaint}, tell: [lead]}
"""
QUESTIONS = "csat", "card", "many"
KEYS = "2", "1", *NUMBER, "#"
DEFINED = {"flow_file", "survey_version"}
"""Where the words of choices stand as they were written."""
TABLES = "survey_invitation", "survey_response", "survey_answer"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged, even at level debug."""
    root = logging.getLogger()
    handlers, level, stream = root.handlers[:], root.level, io.StringIO()
    logs.set_up("debug", logs.MASK, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def rows(connection: Connection) -> dict[str, list[tuple[str, ...]]]:
    """Every row of every table, as text."""
    return {
        table.name: [
            tuple(str(each) for each in row)
            for row in connection.execute(select(*(cast(each, Text) for each in table.c)))
        ]
        for table in METADATA.sorted_tables
    }


def holding(found: dict[str, list[tuple[str, ...]]], *words: str) -> set[str]:
    """The tables with a row in which one of the words stands."""
    return {
        name
        for name, each in found.items()
        if any(word in cell for row in each for cell in row for word in words)
    }


@pytest.fixture
async def surveyed(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Surveyed]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(entries, "SNAPSHOT_EVERY", 1)
    made = await Surveyed.open(tmp_path, address, SURVEY)
    yield made
    await made.centre.close()


async def values(store: SqlStore, table: str, name: str) -> list[Any]:
    """A column of all rows; nothing where there is no such column."""
    columns = METADATA.tables[table].c
    if name not in columns:
        return []
    return list(await store.database.read(lambda it: it.scalars(select(columns[name])).all()))


async def named(store: SqlStore, name: str) -> set[str]:
    """What the rows of surveys are called."""
    return {str(each) for table in TABLES for each in await values(store, table, name)}


async def unlinked(surveyed: Surveyed) -> None:
    """An hour later: the rows have been cut off."""
    for _look in range(500):
        if all(await values(surveyed.store, "survey_response", "judged_at")):
            break
        await surveyed.centre.clock.advance(0.25)
        await pause(0.01)
    later = VirtualClock(surveyed.centre.clock.now() + AFTER + timedelta(seconds=1))
    await unlink_now(SqlOpinions(surveyed.store.database), later, Ulids(later).new)


async def test_no_row_of_any_table_ties_an_answer_to_the_caller(surveyed: Surveyed) -> None:
    store = surveyed.store
    call = await surveyed.talks()
    await surveyed.answers(call, QUESTIONS, *KEYS)
    answers = holding(await store.database.read(rows), WORD, NUMBER)
    assert answers - DEFINED == {"survey_answer"}, "no journal and no snapshot has them"
    ids, keys = await named(store, "public_id"), await named(store, "id")
    await unlinked(surveyed)
    found = await store.database.read(rows)
    assert holding(found, WORD, NUMBER) - DEFINED == {"survey_answer"}
    assert not holding(found, ANI, call, AGENT) & {*TABLES, "survey_talk"}
    assert holding(found, *ids) == set(), "nothing that was told outside names a response"
    assert not keys & await named(store, "id"), "rows before and after name no neighbour"
    for table in TABLES:
        for link in ("interaction_id", "customer_id", "ticket_id", "latency_ms", "input_raw"):
            assert not any(await values(store, table, link)), (table, link)
    assert await values(store, "call", "sealed_key") == [None], "keys pressed stay sealed for ever"
    given = await values(store, "survey_answer", "value_num")
    assert sorted(filter(None, given)) == [2, int(NUMBER)]


async def test_no_line_of_the_log_has_an_answer(surveyed: Surveyed, logged: io.StringIO) -> None:
    await surveyed.answers(await surveyed.talks(), QUESTIONS, *KEYS)
    lines = logged.getvalue()
    assert "call_answer" in lines
    assert not any(word in lines for word in (WORD, NUMBER))
