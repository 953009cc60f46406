"""Agents who are asked what their callers thought: the whole server, by the routes of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ivr.runtime.ports.desk import Person
from ivr.web.auth.sessions import Sessions
from tests.fakes.asked_callers import AGENT, AskedCallers
from tests.fakes.real_desk import DeskApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.domain.call import CallId

TURKISH = "Müşteri görüşmeden ne kadar memnun kaldı? 1 çok kötü, 5 çok iyi."
ENGLISH = "How satisfied was the caller with this call? 1 is very bad, 5 is very good."


@pytest.fixture
async def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AskedCallers]:
    monkeypatch.chdir(tmp_path)
    made = await AskedCallers.open(tmp_path)
    yield made
    await made.close()


async def signed_in(asked: AskedCallers, name: str, role: str = "agent") -> DeskApi:
    """The desk of somebody who has signed in."""
    server = asked.centre.served.server
    teams = ("card_desk", "back_office")
    made = Person(name, name, (role,), teams, password="none", language="tr")  # noqa: S106
    person = await server.switch.store.people.save(made)
    token, session = await Sessions(server.switch.store.people, asked.clock).open(person)
    return DeskApi.of(asked.centre.served.web.url, name, {name: (token, session.csrf)})


@pytest.fixture
async def desk(asked: AskedCallers) -> AsyncIterator[DeskApi]:
    """That of the agent."""
    made = await signed_in(asked, AGENT)
    yield made
    await made.session.close()


def path(call: CallId) -> str:
    return f"/calls/{call}/agent-score"


async def wound_up(asked: AskedCallers, **more: Any) -> CallId:  # noqa: ANN401 - of `talking`
    """A call whose agent has hung up just now."""
    call = await asked.talking(**more)
    asked.agent_leaves()
    await asked.clock.advance(0.5)
    assert asked.centre.state(AGENT) == "wrapup"
    return call


async def test_the_agent_is_asked_while_he_winds_up_and_not_before(
    asked: AskedCallers, desk: DeskApi
) -> None:
    call = await asked.talking()
    assert await desk.get(path(call)) == {"question": None, "score": None}
    asked.agent_leaves()
    await asked.clock.advance(0.5)
    question = {"survey": "impression", "kind": "csat", "low": 1, "high": 5, "text": TURKISH,
                "language": "tr"}  # fmt: skip
    assert await desk.get(path(call)) == {"question": question, "score": None}


async def test_he_is_asked_in_the_language_of_his_desk(asked: AskedCallers, desk: DeskApi) -> None:
    call = await wound_up(asked)
    for language, text in (("en", ENGLISH), ("tr", TURKISH), ("az", TURKISH)):
        told = await desk.get(f"{path(call)}?language={language}")
        assert told["question"]["text"] == text


async def test_a_second_score_takes_the_place_of_the_first_until_the_wrap_up_is_over(
    asked: AskedCallers, desk: DeskApi
) -> None:
    call = await wound_up(asked)
    for score in (4, 2, 2):
        assert (await desk.post(path(call), {"score": score}))["score"] == score
    kept = asked.centre.served.server.switch.store.agent_scores
    await asked.ready()
    status, told = await desk.tried(path(call), {"score": 5})
    assert (status, told["code"]) in {(404, "not-found"), (409, "illegal-transition")}
    said = await kept.of(call, AGENT)
    assert said is not None
    assert (said.number, said.kind, said.survey, said.language) == (2, "csat", "impression", "tr")


async def test_he_may_take_back_what_he_said(asked: AskedCallers, desk: DeskApi) -> None:
    call = await wound_up(asked)
    for score in (4, None, None, 2, None):
        assert (await desk.post(path(call), {"score": score}))["score"] == score
    assert await asked.centre.served.server.switch.store.agent_scores.of(call, AGENT) is None


async def test_nobody_has_to_answer_to_finish_the_wrap_up(
    asked: AskedCallers, desk: DeskApi
) -> None:
    call = await wound_up(asked)
    await desk.get(path(call))
    await asked.ready()
    assert asked.centre.state(AGENT) == "available"
    assert await asked.centre.served.server.switch.store.agent_scores.of(call, AGENT) is None


async def test_a_number_outside_of_the_scale_is_refused(asked: AskedCallers, desk: DeskApi) -> None:
    call = await wound_up(asked)
    wrong: tuple[object, ...] = (0, 6, 11, -1, "5", {})
    for score in wrong:
        status, _told = await desk.tried(path(call), {"score": score})
        assert status in {400, 422}
    assert (await desk.get(path(call)))["score"] is None


async def test_nobody_else_says_it_for_him(asked: AskedCallers, desk: DeskApi) -> None:
    call = await wound_up(asked)
    for name, role, refused in (("can", "agent", 404), ("lead", "supervisor", 409)):
        other = await signed_in(asked, name, role)
        status, _told = await other.tried(path(call), {"score": 1})
        assert status == refused, (name, status)
        await other.session.close()
    assert (await desk.get(path(call)))["score"] is None


async def test_a_call_that_no_plan_takes_is_not_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = await AskedCallers.open(tmp_path, impression="interaction.queue == 'loans'")
    desk = await signed_in(asked, AGENT)
    call = await wound_up(asked)
    assert await desk.get(path(call)) == {"question": None, "score": None}
    status, told = await desk.tried(path(call), {"score": 3})
    assert (status, told["code"]) == (404, "not-found")
    await desk.session.close()
    await asked.close()


async def test_what_he_says_changes_nothing_of_what_the_caller_is_asked(
    asked: AskedCallers, desk: DeskApi
) -> None:
    call = await wound_up(asked)
    await desk.post(path(call), {"score": 1})
    assert await asked.state(call) == ("offered", "")
    assert await asked.scores(call) == {}
    await asked.answers(call, "5", "10")
    assert await asked.scores(call) == {"csat": 5, "nps": 10}
    assert (await desk.get(path(call)))["score"] == 1
    assert await asked.state(call) == ("completed", "")


@pytest.mark.parametrize("first", ["agent", "caller"])
async def test_an_armed_call_looks_to_the_desk_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    told = []
    for place, rate in enumerate(("100%", "0%")):
        folder = tmp_path / str(place)
        folder.mkdir()
        monkeypatch.chdir(folder)
        asked = await AskedCallers.open(folder, rate=rate)
        desk = await signed_in(asked, AGENT)
        call = await asked.talking()
        if first == "agent":
            asked.agent_leaves()
        else:
            await asked.leaves(call)
        await asked.clock.advance(0.5)
        seen = [await desk.get(path(call)), await desk.post(path(call), {"score": 3})]
        state, _reason = await asked.state(call)
        told.append((state, str(seen), asked.told_the_agent().replace(call, "CALL")))
        await desk.session.close()
        await asked.close()
    (armed, of_armed, to_armed), (unarmed, of_unarmed, to_unarmed) = told
    assert (armed in {"offered", "missed"}, unarmed) == (True, "suppressed")
    assert of_armed == of_unarmed
    assert to_armed == to_unarmed


async def test_while_its_plan_is_halted_nothing_is_asked(
    asked: AskedCallers, desk: DeskApi
) -> None:
    surveyor = asked.centre.served.server.switch.ports.surveyor
    assert surveyor is not None
    call = await wound_up(asked)
    for halted in (True, False):
        await surveyor.pauses.halt("impression", "after_call", halted=halted)
        assert ((await desk.get(path(call)))["question"] is None) is halted
