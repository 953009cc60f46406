"""What reports count of surveys, on both databases, computed by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from ivr.reports.kinds import REPORTS
from ivr.reports.model import Net, Question, Share, Weighted, Within
from ivr.reports.tabulating import tabulate
from ivr.store.reports.repository import SqlReports
from tests.fakes.opinions import NOON, Opinions

if TYPE_CHECKING:
    from ivr.store import SqlStore

ISTANBUL = ZoneInfo("Europe/Istanbul")
DAY = timedelta(days=1)
ENGINES = ("sqlite", "postgres")
"""Reports are made from databases only."""


@pytest.fixture
def book(store: SqlStore) -> Opinions:
    """An empty database."""
    return Opinions(store.database)


async def rows(book: Opinions, report: str, *by: str, **more: Any) -> dict[tuple[str, ...], Any]:  # noqa: ANN401
    """Labels -> name of a column -> cell; () is the total."""
    asked = Question(NOON - DAY, NOON + 20 * DAY, NOON, by=by, **more)
    facts = await SqlReports(book.database).facts(report, asked)
    table = tabulate(REPORTS[report], asked, facts, ISTANBUL)
    names = [column.name for column in table.columns]
    found = {row.labels: dict(zip(names, row.cells, strict=True)) for row in table.rows}
    return {**found, (): dict(zip(names, table.total.cells, strict=True))}


async def test_the_funnel_counts_each_stage_and_never_the_one_before_it_twice(
    book: Opinions,
) -> None:
    plan = await book.plan()
    for state, reason in (
        ("suppressed", "not_matching"), ("suppressed", "test_call"),
        ("suppressed", "not_sampled"), ("suppressed", "quota_full"),
        ("suppressed", "gap"), ("suppressed", "too_short"),
        ("armed", ""), ("missed", "caller_left_first"), ("scheduled", ""), ("declined", ""),
        ("partial", ""), ("delivered", ""), ("sent", ""), ("undelivered", ""),
    ):  # fmt: skip
        await book.invite(plan, state, reason)
    await book.invite(plan, "expired", reached_at=NOON)
    await book.invite(plan, "expired")
    await book.answered(plan, ("csat", 5))
    total = (await rows(book, "R17"))[()]
    names = ("eligible", "selected", "invitable", "reached", "started", "completed")
    assert [total[name] for name in names] == [15, 13, 11, 5, 2, 1]
    assert total["end_to_end"] == Share(1, 13)
    assert total["reach"] == Share(5, 13)
    assert total["acceptance"] == Share(2, 5)
    assert total["completion"] == Share(1, 2)
    assert total["partial_share"] == Share(1, 2)


async def test_scores_are_told_by_queue_with_their_weights(book: Opinions) -> None:
    plan = await book.plan()
    await book.answered(plan, ("csat", 5), ("nps", 10), rate=0.1)
    await book.answered(plan, ("csat", 2), ("nps", 6), rate=0.25)
    await book.answered(plan, ("csat", 4), ("nps", 8), rate=0.1, queue="billing")
    await book.answered(plan, ("ces", 5), queue="billing")
    await book.answered(plan, ("ces", 4), queue="billing")
    found = await rows(book, "R17", "queue")
    support, billing, total = found["support",], found["billing",], found[()]
    assert support["csat"] == Share(1, 2)
    assert support["csat_weighted"] == Weighted(10.0, 14.0, 116.0, 2)
    assert support["nps"] == Net(1, 0, 1)
    assert (billing["csat"], billing["ces"]) == (Share(1, 1), Share(1, 2))
    assert (total["csat"], total["nps"]) == (Share(2, 3), Net(1, 1, 1))


@pytest.mark.parametrize("when", ["post_call", "post_ticket", "planned"])
async def test_a_quota_makes_weights_invalid(book: Opinions, when: str) -> None:
    plan = await book.plan(definition={"when": when, "quota": {"segment": {"corporate": 1}}})
    await book.answered(plan, ("csat", 5))
    total = (await rows(book, "R17"))[()]
    assert (total["csat"], total["csat_weighted"]) == (Share(1, 1), None)


async def test_mixed_wordings_are_said(book: Opinions) -> None:
    plan = await book.plan()
    await book.answered(plan, ("csat", 5))
    assert (await rows(book, "R17"))[()]["wordings"] == 1
    other = await book.version(digest="b" * 64)
    await book.answered(plan, ("csat", 1), version_id=other)
    found = await rows(book, "R17", "wording")
    assert {labels: cells["wordings"] for labels, cells in found.items()} == {
        ("aaaaaaaa",): 1, ("bbbbbbbb",): 1, (): 2,
    }  # fmt: skip


async def test_a_wording_that_goes_on_with_another_is_counted_with_it(book: Opinions) -> None:
    plan = await book.plan()
    await book.answered(plan, ("csat", 5))
    for digest, before in (("b" * 64, "a" * 8), ("c" * 64, ""), ("d" * 64, "b" * 64)):
        other = await book.version(digest=digest, continues=before)
        await book.answered(plan, ("csat", 1), version_id=other)
    found = await rows(book, "R17", "wording")
    assert {labels: (cells["csat"], cells["wordings"]) for labels, cells in found.items()} == {
        ("dddddddd",): (Share(1, 3), 1), ("cccccccc",): (Share(0, 1), 1), (): (Share(1, 4), 2),
    }  # fmt: skip


async def test_answers_of_agents_are_never_averaged_with_those_of_callers(book: Opinions) -> None:
    plan = await book.plan()
    await book.answered(plan, ("csat", 5))
    mine = await book.add(
        "survey_response", public_id="x" * 26, plan_id=plan,
        version_id=book.versions["support"], respondent="agent",
        interaction_id=7, evaluator="ayse", medium="web", locale="tr", completion="completed",
        score=1, score_kind="csat", started_at=NOON,
    )  # fmt: skip
    await book.answer(mine, "csat", "csat", 1)
    assert (await rows(book, "R17"))[()]["csat"] == Share(1, 1)


async def test_weeks_and_filters_and_what_one_may_see(book: Opinions) -> None:
    plan, other = await book.plan(), await book.plan("wave", code="half_year")
    await book.answered(plan, ("csat", 5))
    await book.answered(plan, ("csat", 1), created_at=NOON + 7 * DAY, agent="ali", queue="cards")
    await book.answered(other, ("csat", 1), category="billing")
    weeks = await rows(book, "R17", "week", surveys=("support",))
    assert [cells["csat"] for cells in weeks.values()][-1] == Share(1, 2)
    assert [cells["csat"].num for cells in weeks.values() if cells["csat"].den == 1] == [1, 0]
    assert (await rows(book, "R17", categories=("card",)))[()]["csat"] == Share(1, 2)
    for within, seen in ((Within(agents=("ali",)), 1), (Within(queues=("support",)), 2),
                         (Within(), 0)):  # fmt: skip
        assert (await rows(book, "R17", within=within))[()]["csat"].den == seen


async def test_four_anonymous_answers_are_not_shown_and_five_are(book: Opinions) -> None:
    plan = await book.plan(anonymous=True)
    for _ in range(4):
        await book.answered(plan, ("csat", 5), queue="small")
    for _ in range(5):
        await book.answered(plan, ("csat", 4), queue="large")
    found = await rows(book, "R17", "queue")
    assert {labels: cells["csat"].den for labels, cells in found.items()} == {
        ("large",): 5, ("small",): 0, (): 5,
    }  # fmt: skip


async def test_an_agent_whose_callers_leave_first_stands_out(book: Opinions) -> None:
    plan = await book.plan()
    for reason in ("caller_left_first",) * 3 + ("transferred_out", "caller_left_at_handoff"):
        await book.invite(plan, "missed", reason, agent="ali")
    await book.invite(plan, "suppressed", "not_sampled", agent="ali")
    quick = await book.answered(plan)
    for name, latency in (("a", 250), ("b", 900), ("c", 900)):
        await book.answer(quick, name, name[:1] + "x", 3, latency_ms=latency)
    await book.answered(plan, ("csat", 5), ("nps", 9))
    call = await book.add(
        "interaction", public_id="c1", started_at=NOON, ended_by="caller", path=[], is_test=False,
        **dict.fromkeys(("trunk", "channel", "provider_ref", "to_norm", "flow"), "x"),
        **dict.fromkeys(("flow_version", "locale", "outcome", "note"), "x"),
    )  # fmt: skip
    texted = {"medium": "sms", "agent": "emre", "reached_at": NOON}
    await book.invite(plan, "delivered", "", interaction_id=call, **texted)
    found = await rows(book, "R22", "agent")
    assert (found["emre",]["reach"], found["emre",]["left_first"]) == (Share(0, 1), Share(1, 1))
    assert found["ali",]["reach"] == Share(0, 5)
    assert found["ali",]["left_first"] == Share(3, 5)
    assert found["ali",]["left_at_handoff"] == found["ali",]["given_out"] == Share(1, 5)
    assert found["ayse",]["reach"] == Share(2, 2)
    assert (found["ayse",]["fast"], found["ayse",]["straight"]) == (Share(1, 2), Share(1, 2))
