"""Scores of rows against the rest, by wait and solution, and the scorecard; on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from ivr.reports.kinds import REPORTS
from ivr.reports.model import Correlation, Difference, Net, Question, Share
from ivr.reports.tabulating import tabulate
from ivr.reports.telling import own_only, told
from ivr.store.reports.repository import SqlReports
from tests.fakes.opinions import NOON, Opinions
from tests.ports.test_agent_times import entered, kept
from tests.ports.test_reports import Book, wait
from tests.ports.test_survey_reports import DAY, ISTANBUL, rows

if TYPE_CHECKING:
    from ivr.store import SqlStore
ENGINES = ("sqlite", "postgres")
"""Reports are made from databases only."""


@pytest.fixture
def book(store: SqlStore) -> Opinions:
    """An empty database."""
    return Opinions(store.database)


async def test_a_category_is_held_against_all_others_together(book: Opinions) -> None:
    plan = await book.plan()
    await book.crowd(plan, [5] * 30 + [2] * 70, [9] * 100, category="fees")
    await book.crowd(plan, [5] * 80 + [2] * 20, [9] * 100, category="card.lost")
    await book.crowd(plan, [5] * 15 + [2] * 5, [9] * 20, category="loan")
    found = await rows(book, "R18", "category")
    assert [key for key in found if key != ("loan",)] == [("fees",), ("card.lost",), ()]
    assert found["loan",]["lost"] is None, "too few"
    fees = found["fees",]
    assert fees["csat"] == Share(30, 100)
    assert fees["rest"] == Share(95, 120)
    assert fees["difference"] == Difference(30, 100, 95, 120, believed=True)
    assert fees["lost"] == 49.2, "100 x (95/120 - 30/100)"
    assert found["loan",]["difference"] == Difference(15, 20, 110, 200, believed=None), "too few"
    assert found["card.lost",]["difference"].believed is True
    assert found[()]["difference"] is None, "there is no rest"
    assert told(fees["difference"], "difference").value is not None
    assert told(found["loan",]["difference"], "difference").value is None


async def test_small_groups_of_anonymous_answers_are_in_no_difference(book: Opinions) -> None:
    plan = await book.plan(anonymous=True)
    await book.crowd(plan, [5] * 3, [9] * 3, category="fees")
    await book.crowd(plan, [5] * 40, [9] * 40, category="loan")
    found = await rows(book, "R18", "category")
    assert found["loan",]["difference"] is None
    assert found["fees",]["csat"] == Share(0, 0)


async def test_waits_are_ranked_against_scores(book: Opinions, store: SqlStore) -> None:
    calls, plan = Book(store, SqlReports(store.database)), await book.plan()
    for wait_ms, score in ((20_000, 5), (20_001, 4), (60_001, 2), (180_001, 1), (None, 3)):
        call = await calls.call(NOON, wait_ms=wait_ms)
        await book.answered(plan, ("csat", score), ("nps", 2 * score), interaction_id=call)
    await book.answered(await book.plan("quiet", anonymous=True), ("csat", 1))
    found = await rows(book, "R19", "wait")
    assert [label for (label, *_), _row in list(found.items())[:-1] for label in [label]] == [
        "", "0: 0-20 s", "1: 20-60 s", "2: 60-180 s", "3: > 180 s",
    ]  # fmt: skip
    total = found[()]
    assert (total["answers"], total["mean"]) == (5, None), "too few for a mean"
    assert total["rho"] == Correlation(-1.0, 4), "who has not waited is not in it"
    assert total["rho_nps"] == Correlation(-1.0, 4)
    assert found["1: 20-60 s",]["rho"] == Correlation(None, 1)
    assert found["3: > 180 s",]["nps"] == Net(0, 0, 1)


async def test_the_mean_is_told_of_enough_answers(book: Opinions) -> None:
    await book.crowd(await book.plan(), [5] * 20 + [2] * 20, [9] * 40)
    assert (await rows(book, "R19"))[()]["mean"] == 3.5


async def test_solved_in_time_late_or_not_yet(book: Opinions, store: SqlStore) -> None:
    calls, plan = Book(store, SqlReports(store.database)), await book.plan()
    for score, ticket, breached in ((5, {}, None), (2, {}, NOON), (1, OPEN, None)):
        key = await calls.ticket(resolved_at=None, **ticket)
        await calls.clock(key, breached_at=breached)
        call = await calls.call(NOON, resolved_first=score > 1)
        await calls.add(
            "ticket_interaction", ticket_id=key, interaction_id=call, role="opened", at=NOON
        )
        await book.answered(plan, ("csat", score), interaction_id=call)
    direct = await calls.ticket()
    await book.answered(plan, ("csat", 4), ticket_id=direct)
    await book.answered(plan, ("csat", 3))
    solved = await rows(book, "R19", "solved")
    assert {key: row["csat"] for key, row in solved.items()} == {
        ("",): Share(0, 1), ("0: in_time",): Share(2, 2), ("1: late",): Share(0, 1),
        ("2: not_yet",): Share(0, 1), (): Share(2, 5),
    }  # fmt: skip
    assert solved[()]["rho"].n == 4
    first = await rows(book, "R19", "first_contact")
    assert {key: row["answers"] for key, row in first.items()} == {
        ("",): 2, ("0: yes",): 2, ("1: no",): 1, (): 5,
    }  # fmt: skip


OPEN: dict[str, Any] = {"closed_at": None, "status": "open", "state_type": "open"}


async def test_the_scorecard_has_each_figure_once(book: Opinions, store: SqlStore) -> None:
    calls, plan = Book(store, SqlReports(store.database)), await book.plan()
    talk = ("talk", 10, 60, "cards", "ayse")
    for resolved in (True, False, None):
        await calls.call(
            NOON, wait(10, "answered"), talk, ("wrapup", 70, 30, "cards", "ayse"),
            last_agent="ayse", resolved_first=resolved,
        )  # fmt: skip
    await calls.call(
        NOON, wait(10, "answered"), talk, ("queue", 70, 5, "loans"),
        ("talk", 75, 20, "loans", "ali"), last_agent="ali",
    )  # fmt: skip
    await book.crowd(plan, [5] * 30, [10] * 30, agent="ayse")
    await book.answered(await book.plan("quiet", anonymous=True), ("csat", 1), agent="ayse")
    await kept(
        store,
        [entered("ayse", NOON - timedelta(minutes=60), "available")],
        [entered("ayse", NOON - timedelta(minutes=30), "talking")],
    )
    ayse = (await rows(book, "R23", "agent"))["ayse",]
    assert (ayse["contacts"], ayse["aht"], ayse["wrapup"]) == (4, 82.5, 22.5)
    assert (ayse["occupancy"], ayse["signed_in"]) == (50.0, 3600.0)
    assert ayse["first_contact"] == Share(1, 2)
    assert ayse["given_on"] == Share(1, 4)
    assert ayse["csat"] == Share(30, 30), "anonymous answers are nobody's"
    assert ayse["nps"] == Net(30, 0, 0)


async def test_an_agent_sees_his_own_work_and_scores_only_of_enough(book: Opinions) -> None:
    plan = await book.plan()
    await book.crowd(plan, [5] * 29, [10] * 29, agent="ayse")
    asked = Question(NOON - DAY, NOON + DAY, NOON, by=("agent",))
    facts = await SqlReports(book.database).facts("R23", asked)
    (row,) = own_only(tabulate(REPORTS["R23"], asked, facts, ISTANBUL)).rows
    cells = dict(zip([each.name for each in REPORTS["R23"].columns], row.cells, strict=True))
    assert (cells["contacts"], cells["csat"], cells["nps"]) == (0, None, None)
