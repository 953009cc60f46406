"""Files of categories and promises by the API: read, checked, changed by forms, published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.definitions import CATALOGUE, PROMISES, write
from tests.fakes.ticket_door import PEOPLE, ticket_door

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.ticket_door import TicketDoor

ONE = "/definitions/catalogue.yaml"


@pytest.fixture
async def house(own_file: Path, tmp_path: Path) -> AsyncIterator[TicketDoor]:
    async with ticket_door(own_file, folder=write(tmp_path / "flows")) as made:
        yield made


@pytest.mark.parametrize("who", list(PEOPLE))
async def test_who_may_read_who_may_try_and_who_may_publish(house: TicketDoor, who: str) -> None:
    sees = 403 if who in {"ayse", "ali"} else 200
    for path in ("/definitions", ONE):
        assert (await house.send("GET", path, who)).status == sees
    tried = await house.send("POST", f"{ONE}/check", who, {"text": CATALOGUE})
    assert tried.status == (200 if who == "deniz" else 403)
    version = (await house.good("GET", ONE, "deniz"))["version"]
    body = {"text": CATALOGUE + "# x\n", "version": version}
    published = await house.send("POST", f"{ONE}/publish", who, body)
    assert published.status == (200 if who == "deniz" else 403)


async def test_a_change_is_checked_published_and_written_down(house: TicketDoor) -> None:
    now = await house.good("GET", ONE, "deniz")
    wrong = {"text": CATALOGUE.replace("team: cards", "team: card")}
    checked = await house.good("POST", f"{ONE}/check", "deniz", wrong)
    [problem] = checked["problems"]
    assert (checked["good"], problem["line"], problem["severity"]) == (False, 6, "error")
    refused = await house.send(
        "POST", f"{ONE}/publish", "deniz", {**wrong, "version": now["version"]}
    )
    assert (refused.status, refused.body["code"]) == (422, "definition")
    assert refused.body["problems"] == [problem]
    text = CATALOGUE.replace("en: Lost", "en: Gone")
    body = {"text": text.replace("\n", "\r\n"), "version": now["version"], "reason": "clearer"}
    fresh = await house.good("POST", f"{ONE}/publish", "deniz", body)
    assert (fresh["text"], fresh["problems"]) == (text, [])
    assert (await house.send("POST", f"{ONE}/publish", "deniz", body)).status == 412
    [row] = await house.desk.store.audit.recent(1)
    assert (row.who, row.what, row.about) == ("deniz", "definition-publish", "catalogue.yaml")
    old = await house.good("GET", f"{ONE}/versions/{now['version']}", "orhan")
    assert old["text"] == CATALOGUE


async def test_a_form_changes_the_text_and_writes_nothing(house: TicketDoor) -> None:
    body = {"text": CATALOGUE, "what": "add", "path": "card.pin", "label": {"tr": "Şifre"}}
    added = await house.good("POST", "/definitions/category", "deniz", body)
    assert "      pin:\n        label: {tr: Şifre}\n" in added["text"]
    away = {"text": CATALOGUE, "what": "change", "path": "card.lost", "active": False}
    changed = await house.good("POST", "/definitions/category", "deniz", away)
    assert "lost: {label: {tr: Kayıp, en: Lost}, active: false}" in changed["text"]
    target = {"text": PROMISES, "policy": "standard", "metric": "resolution", "time": "8h"}
    timed = await house.good("POST", "/definitions/target", "deniz", target)
    assert timed["text"] == PROMISES.replace("40h", "8h")
    assert (await house.good("GET", ONE, "deniz"))["text"] == CATALOGUE
    missing = {**away, "path": "card.none"}
    assert (await house.send("POST", "/definitions/category", "deniz", missing)).status == 404
    half = {"text": "a: \ud800"}
    assert (await house.send("POST", f"{ONE}/check", "deniz", half)).status in {400, 422}
