"""Invitations and answers one by one: filters, pages, text, and who may see which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fakes.opinions import Opinions
    from tests.fakes.ticket_door import TicketDoor

PLAN = 1


async def items(house: TicketDoor, path: str, who: str = "kemal") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await house.good("GET", path, who))["items"]
    return found


async def test_invitations_are_found_by_state_and_reason(house: TicketDoor, book: Opinions) -> None:
    await book.invite(PLAN, "suppressed", "gap", queue="cards")
    await book.invite(PLAN, "missed", "caller_left_first", agent="ali")
    await house.desk.add_call("C-1")
    await book.answered(PLAN, ("csat", 5), interaction_id=1, reached_at=book.at)
    assert [row["state"] for row in await items(house, "/invitations")] == [
        "completed", "missed", "suppressed",
    ]  # fmt: skip
    (row,) = await items(house, "/invitations?state=suppressed&reason=gap&queue=cards")
    assert (row["survey"], row["plan"], row["rate"]) == ("support", "after_call", 0.1)
    (row,) = await items(house, "/invitations?state=completed")
    assert (row["contact"], row["customer"]) == ("C-1", "")
    assert await items(house, "/invitations?survey=other") == []


async def test_pages_follow_one_another_without_loss(house: TicketDoor, book: Opinions) -> None:
    for _ in range(5):
        await book.invite(PLAN, "armed")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await house.good("GET", f"/invitations?limit=2&cursor={cursor}", "kemal")
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)


async def test_answers_come_with_words_for_those_who_may_read_them(
    house: TicketDoor, book: Opinions
) -> None:
    await book.answered(PLAN, ("csat", 2), comment="Çok bekledim", queue="cards")
    await book.answered(PLAN, ("csat", 5))
    rows = await items(house, "/responses")
    assert [row["score"] for row in rows] == [5, 2]
    assert [each["text"] for each in rows[1]["answers"]] == ["", "Çok bekledim"]
    (said,) = await items(house, "/survey-comments")
    assert said["answers"][1]["text"] == "Çok bekledim"
    assert [row["score"] for row in await items(house, "/responses?order=lowest")] == [2, 5]
    auditor = await items(house, "/responses", "orhan")
    assert {each["text"] for row in auditor for each in row["answers"]} == {""}
    assert (await house.send("GET", "/survey-comments", "orhan")).status == 403


async def test_a_spoken_comment_comes_with_its_recording_for_those_who_may_know_of_it(
    house: TicketDoor, book: Opinions
) -> None:
    response = await book.answered(PLAN, ("csat", 2), queue="cards")
    await book.spoke(response, "REC1", words="=söz")
    await book.answered(PLAN, ("csat", 5))
    (said,) = await items(house, "/survey-comments")
    spoken = said["answers"][1]["spoken"]
    assert {name: spoken[name] for name in ("id", "state", "seconds", "words", "partial")} == {
        "id": "REC1", "state": "ready", "seconds": 1.5, "words": "=söz", "partial": False,
    }  # fmt: skip
    assert said["answers"][0]["spoken"] is None
    auditor = await items(house, "/responses", "orhan")
    assert {str(each["spoken"]) for row in auditor for each in row["answers"]} == {"None"}
    path = "/api/v1/survey-comments?format=csv"
    async with house.door.client.get(path, headers=house.door.tokens["kemal"]) as answer:
        head, _csat, line, _end = (await answer.text()).split("\r\n")
    assert head.endswith(",question,value,text,recording")
    assert line.endswith(",comment,,,REC1")


async def test_the_same_comes_as_text_with_the_next_page_in_a_header(
    house: TicketDoor, book: Opinions
) -> None:
    for words in ("=1+1", "b"):
        await book.answered(PLAN, ("csat", 2), comment=words)
    await items(house, "/responses")
    door = house.door
    path = "/api/v1/responses?format=csv&limit=1"
    async with door.client.get(path, headers=door.tokens["kemal"]) as answer:
        text = await answer.text()
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        cursor = answer.headers["X-Next"]
    async with door.client.get(f"{path}&cursor={cursor}", headers=door.tokens["kemal"]) as answer:
        last = await answer.text()
        assert "X-Next" not in answer.headers
    head, first, second, _end = text.split("\r\n")
    assert head.endswith("finished_at,question,value,text,recording")
    assert first.endswith(",csat,2,,")
    assert second.endswith(",comment,,b,")
    assert "'=1+1" in last


@pytest.mark.parametrize("path", ["/invitations", "/responses", "/survey-comments"])
async def test_agents_and_administrators_see_no_single_answer(
    house: TicketDoor, book: Opinions, path: str
) -> None:
    await book.answered(PLAN, ("csat", 2), agent="ayse")
    for who in ("ayse", "deniz"):
        assert (await house.send("GET", path, who)).status == 403


async def test_a_supervisor_sees_what_his_people_had(house: TicketDoor, book: Opinions) -> None:
    await book.answered(PLAN, ("csat", 2), agent="nobody", queue="elsewhere")
    await book.answered(PLAN, ("csat", 3), agent="sule", queue="elsewhere")
    assert [row["score"] for row in await items(house, "/responses", "sule")] == [3]


async def test_nobody_sees_single_answers_of_an_anonymous_plan(
    house: TicketDoor, book: Opinions
) -> None:
    hidden = await book.plan("staff", anonymous=True)
    await book.answered(hidden, ("csat", 1), comment="secret")
    for path in ("/invitations", "/responses", "/survey-comments"):
        assert await items(house, path) == []


@pytest.mark.parametrize(
    "asked", ["since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "cursor=x", "limit=201"]
)
async def test_what_cannot_be_asked_is_said(house: TicketDoor, asked: str) -> None:
    assert (await house.send("GET", f"/responses?{asked}", "kemal")).status == 422


async def test_an_agent_is_told_his_scores_from_thirty_answers_on(
    house: TicketDoor, book: Opinions
) -> None:
    for score in (5, 4, 3) * 10:
        await book.answered(PLAN, ("csat", score), agent="ayse")
    await book.answered(PLAN, ("csat", 1), agent="ali")
    mine = (await house.good("GET", "/reports/R17?by=plan", "ayse"))["total"]["cells"]
    shown = [cell for cell in mine if cell is not None]
    assert [(cell["percent"], cell["n"]) for cell in shown] == [(66.67, 30), (66.67, 30)]
    few = (await house.good("GET", "/reports/R17?by=plan", "ali"))["total"]["cells"]
    assert set(few) == {None}
    for about_callers in ("R21", "R22"):
        assert (await house.send("GET", f"/reports/{about_callers}", "ayse")).status == 403
    assert (await house.send("GET", "/reports/R17", "deniz")).status == 403
