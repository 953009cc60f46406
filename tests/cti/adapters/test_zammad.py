"""Zammad: newCall first, then the rest or nothing; its wishes are passed on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

import pytest

from ivr.config.outside.settings import Crm as Settings
from ivr.cti.adapters import ADAPTERS, Action, Place, load_adapter
from ivr.cti.adapters.zammad import Zammad, read_action
from ivr.cti.news import CallNews
from ivr.cti.post import TOLD
from ivr.domain.errors import NotFoundError
from ivr.runtime.memory.clock import settle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.cti.conftest import Bench
    from tests.cti.crm import Crm

AT = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
NAMES = {"ayse": "Ayşe Öz", "can": "Can Su"}


@pytest.fixture
def acted() -> list[tuple[str, Action]]:
    return []


@pytest.fixture
async def zammad(crm: Crm, bench: Bench, acted: list[tuple[str, Action]]) -> AsyncIterator[Zammad]:
    place = Place(
        name="help",
        target=crm.target,
        clock=bench.clock,
        tasks=bench.tasks,
        acted=lambda call, action: acted.append((call, action)),
        show_name=lambda agent: NAMES[agent],
    )
    made = load_adapter("zammad").open(place)
    assert isinstance(made, Zammad)
    yield made
    await made.close()


def news(kind: str, call: str = "c1", **more: Any) -> CallNews:  # noqa: ANN401 - any field
    return CallNews(f"call.{kind}", call, AT, "+905321234567", "+908502220000", **more)


def skipped() -> float:
    return float(TOLD.labels("zammad help", "skipped")._value.get())


async def test_a_call_is_three_messages_in_its_words(crm: Crm, zammad: Zammad) -> None:
    zammad.tell(news("queued", queue="cards"))
    zammad.tell(news("offered", agents=("ayse",)))
    zammad.tell(news("answered", agents=("ayse",), number="+902125550101"))
    zammad.tell(news("held"))
    zammad.tell(news("transferred"))
    zammad.tell(news("ended", cause="normal"))
    await crm.until(3)
    head = {"callId": "c1", "from": "905321234567", "to": "908502220000", "direction": "in"}
    assert crm.events == [
        {"event": "newCall", **head, "queue": "cards"},
        {"event": "answer", **head, "user": ["Ayşe Öz"], "answeringNumber": "902125550101"},
        {"event": "hangup", **head, "cause": "normalClearing"},
    ]


async def test_a_call_to_agents_without_a_queue_names_all_who_ring(
    crm: Crm, zammad: Zammad
) -> None:
    zammad.tell(news("offered", agents=("ayse", "can")))
    zammad.tell(news("offered", agents=("can",)))
    zammad.tell(news("ended", cause="abandoned"))
    await crm.until(2)
    assert [event["event"] for event in crm.events] == ["newCall", "hangup"]
    assert crm.events[0]["user"] == ["Ayşe Öz", "Can Su"]
    assert crm.events[1]["cause"] == "cancel"


async def test_a_call_that_begins_with_its_end_is_still_told_whole(
    crm: Crm, zammad: Zammad
) -> None:
    zammad.tell(CallNews("call.ended", "c1", AT, "", "+908502220000", cause="full"))
    await crm.until(2)
    assert [(event["event"], event["from"]) for event in crm.events] == [
        ("newCall", "anonymous"),
        ("hangup", "anonymous"),
    ]
    assert crm.events[1]["cause"] == "busy"


@pytest.mark.parametrize("status", [401, 422, 500])
async def test_after_a_failed_new_call_the_rest_is_skipped_and_counted(
    crm: Crm, zammad: Zammad, status: int
) -> None:
    before = skipped()
    crm.answers = [(status, b"")]
    zammad.tell(news("queued"))
    zammad.tell(news("answered", agents=("ayse",)))
    zammad.tell(news("ended"))
    zammad.tell(news("queued", "c2"))
    await crm.until(2)
    await settle()
    assert sorted(event["callId"] for event in crm.events) == ["c1", "c2"]
    assert skipped() == before + 2


async def test_the_rest_waits_until_new_call_was_answered(crm: Crm, zammad: Zammad) -> None:
    crm.gate = asyncio.Event()
    zammad.tell(news("queued"))
    zammad.tell(news("answered", agents=("ayse",)))
    zammad.tell(news("ended"))
    await crm.until(1)
    await settle(100)
    assert [event["event"] for event in crm.events] == ["newCall"]
    crm.gate.set()
    await crm.until(3)


async def test_a_new_call_that_was_too_late_skips_the_rest(
    crm: Crm, zammad: Zammad, bench: Bench
) -> None:
    before = skipped()
    zammad.tell(news("queued"))
    bench.clock._now += timedelta(seconds=3)
    zammad.tell(news("ended"))
    await settle(200)
    assert crm.seen == []
    assert skipped() == before + 1


async def test_a_call_from_before_a_restart_is_skipped_and_counted(
    crm: Crm, zammad: Zammad
) -> None:
    before = skipped()
    zammad.tell(news("answered", agents=("ayse",), recovered=True))
    zammad.tell(news("ended", recovered=True))
    zammad.tell(news("queued", "c2"))
    await crm.until(1)
    await settle()
    assert [event["callId"] for event in crm.events] == ["c2"]
    assert skipped() == before + 2
    assert list(zammad._calls) == ["c2"]


def test_the_configuration_knows_every_adapter() -> None:
    assert get_args(Settings.model_fields["adapter"].annotation) == tuple(ADAPTERS)


async def test_the_same_id_may_come_again_after_the_end(crm: Crm, zammad: Zammad) -> None:
    for _ in range(2):
        zammad.tell(news("queued"))
        zammad.tell(news("ended"))
    await crm.until(4)
    assert [event["event"] for event in crm.events] == ["newCall", "hangup"] * 2
    await settle()
    assert zammad._calls == {}


async def test_a_rejection_is_passed_on(
    crm: Crm, zammad: Zammad, acted: list[tuple[str, Action]]
) -> None:
    crm.answers = [(200, b'{"action":"reject","reason":"busy"}')]
    zammad.tell(news("queued"))
    await crm.until(1)
    async with asyncio.timeout(2):
        while not acted:
            await settle()
    assert acted == [("c1", Action("reject", reason="busy"))]


@pytest.mark.parametrize(
    ("body", "action"),
    [
        (b"", None),
        (b"{}", None),
        (b"[]", None),
        (b"<html>", None),
        (b'{"action":"explode"}', None),
        (b'{"action":"reject"}', Action("reject", reason="busy")),
        (
            b'{"action":"dial","caller_id":"498999998145","number":"4930900000"}',
            Action("dial", caller_id="498999998145", number="4930900000"),
        ),
        (b'{"action":"dial","caller_id":"49"}', None),
        (b'{"action":"dial","number":["1"]}', None),
    ],
)
def test_answers_are_read_strictly(body: bytes, action: Action | None) -> None:
    assert read_action(body) == action


def test_an_unknown_crm_is_named_with_those_there_are() -> None:
    with pytest.raises(NotFoundError, match="zammad"):
        load_adapter("sugar")
