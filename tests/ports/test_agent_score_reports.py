"""Scores of agents stand beside those of callers in R21, and nowhere among them: both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text, update

from ivr.domain.figures.means import t_interval
from ivr.reports.kinds import REPORTS
from ivr.reports.model import Mean, Question, Share, Within
from ivr.reports.telling import told
from ivr.runtime.ports.asking.agent_scores import AgentScore
from ivr.runtime.ports.opinions import Wanted
from ivr.store.reports.repository import SqlReports
from ivr.store.surveyed.alarms import SqlAlarms
from ivr.store.surveyed.repository import SqlOpinions
from ivr.store.surveys.agent_scores import SqlAgentScores
from ivr.store.surveys.repository import SqlSurveys
from ivr.store.surveys.responses import SqlResponses
from ivr.store.tables import survey_response
from tests.fakes.opinions import NOON, Opinions
from tests.ports.test_survey_reports import DAY, ISTANBUL, rows

if TYPE_CHECKING:
    from ivr.store import SqlStore

ENGINES = ("sqlite", "postgres")
"""Reports are made from databases only."""
NUMBER = "+905321112233"
HASH = "e" * 64
_IDS = count(1)


@pytest.fixture
async def book(store: SqlStore) -> Opinions:
    """A database with a survey of callers and one of agents."""
    made = Opinions(store.database)
    made.first_plan = await made.plan()
    await made.version("impression", digest=HASH)
    await made.plan("after_call", "impression")
    return made


async def contact(book: Opinions, **more: object) -> int:
    """A call; gives its key. Its public id is `c` and that."""
    name = f"c{next(_IDS)}"
    row = {
        **dict.fromkeys(("trunk", "channel", "provider_ref", "flow", "note"), "x"),
        **dict.fromkeys(("flow_version", "locale", "outcome"), "x"),
        "public_id": name, "started_at": NOON, "to_norm": "+908502220000", "path": [],
        "from_raw": NUMBER, "from_norm": NUMBER, "last_queue": "cards", "is_test": False,
    }  # fmt: skip
    return await book.add("interaction", **{**row, **more})


async def said(book: Opinions, call: int, number: int, **more: Any) -> None:  # noqa: ANN401
    """An agent gives his score of a call."""
    ask = text("SELECT public_id FROM interaction WHERE id = :id")
    name = await book.database.read(lambda it: it.scalar(ask, {"id": call}))
    score = AgentScore(
        str(name), "ayse", "impression", "after_call", HASH, "csat", "csat", number, "tr"
    )
    scores = SqlAgentScores(book.database)
    await scores.keep(replace(score, **more), NOON, lambda: f"a{next(_IDS):025}")


async def caller(book: Opinions, call: int, *scores: tuple[str, int], **more: object) -> None:
    """The caller of it answers himself."""
    plan = more.pop("plan", book.first_plan)
    await book.answered(plan, *scores, interaction_id=call, **more)  # type: ignore[arg-type]


async def pair(book: Opinions, agent: int, own: int, **more: Any) -> None:  # noqa: ANN401
    """Both sides of a call."""
    call = await contact(book)
    await said(book, call, agent, **more)
    await caller(book, call, ("csat", own))


async def test_pairs_are_answers_of_one_kind_about_one_contact(book: Opinions) -> None:
    for agent, own in ((5, 4), (4, 4), (5, 2)):
        await pair(book, agent, own)
    alone = await contact(book)
    await said(book, alone, 3)
    other_kind = await contact(book)
    await said(book, other_kind, 1)
    await caller(book, other_kind, ("nps", 9))
    unsaid = await contact(book)
    await caller(book, unsaid, ("csat", 1))
    found = (await rows(book, "R21", "agent", "score_kind"))["ayse", "csat"]
    assert (found["said"], found["pairs"], found["alone"]) == (5, 3, Share(2, 5))
    assert found["agent"] == Mean(14, 66, 3)
    assert found["caller"] == Mean(10, 36, 3)
    assert found["gap"] == Mean(1 + 0 + 3, 1 + 0 + 9, 3)
    assert found["alone_agent"] == Mean(4, 10, 2)
    assert found["wordings"] == 1


async def test_a_score_that_was_replaced_counts_once_with_the_last_number(book: Opinions) -> None:
    call = await contact(book)
    for number in (5, 1, 2):
        await said(book, call, number)
    await caller(book, call, ("csat", 4))
    total = (await rows(book, "R21"))[()]
    assert (total["said"], total["gap"]) == (1, Mean(-2, 4, 1))


async def test_a_mean_of_fewer_than_thirty_pairs_has_an_interval_and_no_value(
    book: Opinions,
) -> None:
    for number in range(29):
        await pair(book, 5, 3 + number % 2)
    gap = (await rows(book, "R21"))[()]["gap"]
    few = told(gap, "paired")
    assert (few.value, few.n) == (None, 29)
    assert few.low is not None
    await pair(book, 5, 3)
    gap = (await rows(book, "R21"))[()]["gap"]
    enough, sure = told(gap, "paired"), t_interval(gap.total, gap.squares, 30)
    assert sure is not None
    assert float(enough.value or 0) == round(gap.total / 30, 2)
    ends = float(enough.low or 0), float(enough.high or 0)
    assert ends == pytest.approx((sure.low, sure.high), abs=0.005)


async def test_kinds_are_never_averaged_together(book: Opinions) -> None:
    await pair(book, 5, 4)
    call = await contact(book)
    await said(book, call, 9, kind="nps", question="nps")
    await caller(book, call, ("nps", 6))
    found = await rows(book, "R21", "score_kind")
    assert (found["csat",]["gap"], found["nps",]["gap"]) == (Mean(1, 1, 1), Mean(3, 9, 1))
    total = found[()]
    assert (total["said"], total["pairs"]) == (2, 2)
    assert (total["agent"], total["caller"], total["gap"]) == (None, None, None)


async def test_answers_that_were_promised_to_be_anonymous_are_no_side_of_a_pair(
    book: Opinions,
) -> None:
    secret = await book.plan("staff", anonymous=True)
    call = await contact(book)
    await said(book, call, 5)
    await caller(book, call, ("csat", 1), plan=secret)
    total = (await rows(book, "R21"))[()]
    assert (total["said"], total["pairs"], total["alone"]) == (1, 0, Share(1, 1))


async def test_two_agents_of_a_call_are_each_compared_with_its_caller(book: Opinions) -> None:
    call = await contact(book)
    await said(book, call, 5)
    await said(book, call, 2, agent="can")
    await caller(book, call, ("csat", 3))
    found = await rows(book, "R21", "agent")
    assert (found["ayse",]["gap"], found["can",]["gap"]) == (Mean(2, 4, 1), Mean(-1, 1, 1))


async def test_mixed_wordings_are_said_on_either_side_and_one_that_goes_on_is_the_same(
    book: Opinions,
) -> None:
    await pair(book, 5, 4)
    for digest, goes_on, wordings in (("f" * 64, HASH[:8], 1), ("d" * 64, "", 2)):
        await book.version("impression", digest=digest, continues=goes_on)
        await pair(book, 4, 4, version=digest)
        assert (await rows(book, "R21"))[()]["wordings"] == wordings
    found = await rows(book, "R21", "wording")
    assert {labels: cells["said"] for labels, cells in found.items()} == {
        ("f" * 8,): 2, ("d" * 8,): 1, (): 3,
    }  # fmt: skip
    call = await contact(book)
    await said(book, call, 4, version="d" * 64)
    other = await book.version(digest="b" * 64)
    await caller(book, call, ("csat", 4), version_id=other)
    assert (await rows(book, "R21", "wording"))["d" * 8,]["wordings"] == 2


async def test_filters_weeks_and_what_one_may_see(book: Opinions) -> None:
    await pair(book, 5, 4)
    call = await contact(book, last_queue="loans")
    await said(book, call, 2, agent="can")
    found = await rows(book, "R21", "queue")
    assert {labels: cells["said"] for labels, cells in found.items()} == {
        ("cards",): 1, ("loans",): 1, (): 2,
    }  # fmt: skip
    for more, number in (
        ({"agents": ("can",)}, 1), ({"queues": ("cards",)}, 1), ({"surveys": ("support",)}, 0),
        ({"surveys": ("impression",)}, 2), ({"within": Within(agents=("ayse",))}, 1),
        ({"within": Within(queues=("loans",))}, 1), ({"within": Within()}, 0),
    ):  # fmt: skip
        assert (await rows(book, "R21", **more))[()]["said"] == number
    for unit in ("hour", "day", "week", "month"):
        days = await rows(book, "R21", unit)
        assert sum(cells["said"] for labels, cells in days.items() if labels) == 2
    named = await rows(book, "R21", "survey", "wording")
    assert ("impression", HASH[:8]) in named


SURVEY_REPORTS = ("R17", "R18", "R19", "R22", "R23")


async def everything(book: Opinions) -> dict[str, object]:
    """All that is told of what callers answered, and of whom surveys may ask again."""
    database, asked = book.database, Question(NOON - DAY, NOON + DAY, NOON)
    reports, opinions = SqlReports(database), SqlOpinions(database)
    wanted = Wanted(NOON - DAY, NOON + DAY)
    view = text("SELECT * FROM open_score ORDER BY value")
    found: dict[str, object] = {
        f"{name} {by}": sorted(
            map(str, await reports.facts(name, replace(asked, by=tuple(by.split()))))
        )
        for name in SURVEY_REPORTS
        for by in ("", *REPORTS[name].by)
    }
    found |= {
        "responses": (await opinions.responses(wanted)).rows,
        "lowest": (await opinions.responses(replace(wanted, lowest=True))).rows,
        "invitations": (await opinions.invitations(wanted)).rows,
        "unjudged": await SqlResponses(database).unjudged(100),
        "view": await database.read(lambda it: [tuple(row) for row in it.execute(view)]),
        "past": await SqlSurveys(database).past([NUMBER], NOON - 400 * DAY, NOON + DAY),
        "alarms": await SqlAlarms(database).observations((NOON - DAY).date(), ISTANBUL),
    }
    return found


async def test_nothing_that_is_told_of_callers_changes_by_what_agents_say(
    book: Opinions,
) -> None:
    calls = [await contact(book) for _ in range(4)]
    for call, own in zip(calls, (5, 4, 1), strict=False):
        await caller(book, call, ("csat", own))
    before = await everything(book)
    assert before["responses"]
    assert before["alarms"]
    for call in calls:
        await said(book, call, 1)
        await said(book, call, 1, agent="can")
    assert await everything(book) == before
    assert (await rows(book, "R21"))[()]["said"] == 8


async def test_an_agents_low_score_is_never_looked_at_by_the_closed_loop(book: Opinions) -> None:
    call = await contact(book)
    await said(book, call, 1)
    ask = text("SELECT public_id FROM survey_response WHERE respondent = 'agent'")
    name = str(await book.database.read(lambda it: it.scalar(ask)))
    responses = SqlResponses(book.database)
    assert await responses.unjudged(10) == []
    assert await responses.get(name) is None
    assert not await responses.judged(name, (), NOON + timedelta(seconds=1))


async def test_a_score_of_an_agent_leads_to_no_answer_that_was_promised_to_be_anonymous(
    book: Opinions,
) -> None:
    secret = await book.plan("staff", anonymous=True)
    call = await contact(book, ended_at=NOON)
    await said(book, call, 5)
    judged = {"judged_at": NOON}
    await caller(book, call, ("csat", 1), plan=secret, ended_at=NOON)
    done = update(survey_response).where(survey_response.c.respondent == "caller").values(judged)
    await book.database.change(lambda it: it.execute(done))
    opinions = SqlOpinions(book.database)
    assert await opinions.unlink(NOON + DAY, lambda: f"u{next(_IDS):025}") == 1
    ask = select(survey_response.c.respondent, survey_response.c.interaction_id)
    found = await book.database.read(lambda it: sorted(map(tuple, it.execute(ask))))
    assert found == [("agent", call), ("caller", None)]
