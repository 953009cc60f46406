"""Surveys over HTTP: the list, the texts with their cost, the check of a file, alarms."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.store.surveyed.repository import SqlOpinions
from tests.fakes.opinions import FILE

if TYPE_CHECKING:
    from tests.fakes.opinions import Opinions
    from tests.fakes.ticket_door import TicketDoor


async def test_the_list_tells_plans_and_the_newest_wording(
    house: TicketDoor, book: Opinions
) -> None:
    (row,) = await SqlOpinions(house.desk.store.database).surveys()
    await book.version(definition=row.definition, digest="b" * 64)
    (survey,) = (await house.good("GET", "/surveys", "kemal"))["items"]
    assert (survey["code"], survey["languages"], survey["wording"]) == (
        "support", ["tr", "en"], "bbbbbbbb",
    )  # fmt: skip
    (plan,) = survey["plans"]
    assert (plan["name"], plan["when"], plan["media"]) == (
        "after_call", "post_call", ["voice", "sms"],
    )  # fmt: skip
    assert (plan["rate"], plan["quota"], plan["active"]) == ("50%", False, True)


async def test_an_administrator_pauses_a_plan_and_lets_it_go_on(
    house: TicketDoor, book: Opinions
) -> None:
    path = "/surveys/support/plans/after_call"
    assert (await house.send("POST", f"{path}/pause", "kemal")).status == 403
    for _twice in range(2):
        assert not (await house.good("POST", f"{path}/pause", "deniz"))["active"]
    (survey,) = (await house.good("GET", "/surveys", "kemal"))["items"]
    assert not survey["plans"][0]["active"]
    assert (await house.good("POST", f"{path}/resume", "deniz"))["active"]
    gone = "/surveys/support/plans/nothing/pause"
    assert (await house.send("POST", gone, "deniz")).status == 404
    said = {(row.what, row.about) for row in await house.desk.store.audit.recent()}
    assert {
        ("survey_plan.pause", "support/after_call"),
        ("survey_plan.resume", "support/after_call"),
    } <= said


async def test_the_texts_are_shown_with_their_cost(house: TicketDoor, book: Opinions) -> None:
    told = await house.good("GET", "/surveys/support", "sule")
    csat, nps, comment = told["questions"]
    assert (csat["kind"], csat["score"], csat["is_key"]) == ("scale", "csat", True)
    assert (csat["text"]["tr"]["parts"], csat["text"]["tr"]["encoding"]) == (2, "UCS-2")
    assert (csat["text"]["en"]["parts"], csat["text"]["en"]["encoding"]) == (1, "GSM-7")
    assert csat["say"]["en"].startswith("How satisfied")
    assert (nps["low"], nps["high"], comment["kind"]) == (0, 10, "comment")
    assert [each["name"] for each in told["sentences"]] == [
        "offer", "thanks", "declined", "opted_out",
    ]  # fmt: skip
    assert told["opt_out_key"] == "9"
    assert (await house.send("GET", "/surveys/nothing", "sule")).status == 404


async def test_a_file_is_checked_without_being_published(house: TicketDoor) -> None:
    text = FILE.read_text(encoding="utf-8")
    body = {"code": "support", "text": text}
    assert (await house.good("POST", "/surveys/validate", "deniz", body))["items"] == []
    wrong = text.replace("seed: tr-cc-2026", "sed: tr-cc-2026")
    body = {"code": "support", "text": wrong}
    problems = (await house.good("POST", "/surveys/validate", "deniz", body))["items"]
    line = next(n for n, each in enumerate(wrong.split("\n"), 1) if "sed: tr-cc" in each)
    assert ("error", line) in {(each["severity"], each["line"]) for each in problems}
    assert (await house.good("GET", "/surveys", "deniz"))["items"] == []


async def test_alarms_are_told_with_their_level(house: TicketDoor, book: Opinions) -> None:
    day = book.at.date()
    level = await book.add(
        "metric_baseline", plan="support/after_call", metric="csat", dims="", unit="day",
        season=day, since=day, until=day, hits=820, n=1000, frozen_at=book.at,
    )  # fmt: skip
    for number, closed in enumerate((None, book.at + timedelta(days=1))):
        await book.add(
            "metric_alarm", public_id=f"a{number:025}", plan="support/after_call", metric="csat",
            dims="queue=cards", unit="day", rule="ewma", window=day, value=0.7, n=60, p=0.0001,
            baseline_id=level, dedupe_key=f"x{number}", raised_at=book.at, closed_at=closed,
        )  # fmt: skip
    (alarm,) = (await house.good("GET", "/survey-alarms?survey=support", "kemal"))["items"]
    assert (alarm["level"], alarm["value"], alarm["n"], alarm["ticket"]) == (0.82, 0.7, 60, "")
    assert alarm["dims"] == "queue=cards"
    every = await house.good("GET", "/survey-alarms?state=all", "kemal")
    assert len(every["items"]) == 2
    other = await house.good("GET", "/survey-alarms?survey=other", "kemal")
    assert other["items"] == []
    assert (await house.send("GET", "/survey-alarms", "ayse")).status == 403
