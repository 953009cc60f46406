"""The whole server, and who is told of its calls: in order, signed, and never waited for."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

from ivr.app.outside import target_of
from ivr.config.load import load_config
from ivr.cti.post import TOLD, Post, UndeliveredError
from ivr.runtime.memory.clock import START, settle
from ivr.runtime.ports.desk import KeyRow
from ivr.web.auth.keys import new_key
from ivr.web.auth.tokens import digest
from tests.cti.crm import Crm
from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from aiohttp import ClientResponse

    from ivr.domain.call import CallId

OLD, NEW = b"o" * 32, b"n" * 24
TOKEN = "s3cret-t0ken"  # noqa: S105 - of a CRM that exists in tests only
WRITTEN = """zone: Europe/Istanbul
webhooks:
  ops:
    url: http://127.0.0.1:{hook}/calls
    secret: "${{file:old.key}}"
    secret_next: "${{file:new.key}}"
    events: ["call.*", pop.opened]
crm:
  help: {{adapter: zammad, url: "http://127.0.0.1:{crm}/api/v1/cti", token: "${{file:token}}"}}
"""


def keep(folder: Path, name: str, text: str) -> None:
    """A secret in a file that nobody else may read."""
    (folder / name).write_text(text)
    (folder / name).chmod(0o600)


def settings(folder: Path, hook: Crm, zammad: Crm) -> dict[str, str]:
    """The configuration with both of them in it."""
    keep(folder, "old.key", f"whsec_{base64.b64encode(OLD).decode()}")
    keep(folder, "new.key", base64.b64encode(NEW).decode())
    keep(folder, "token", TOKEN)
    written = WRITTEN.format(hook=hook.port, crm=zammad.port)
    return {"zone: Europe/Istanbul\n": written}


def accepts(key: bytes, headers: dict[str, str], body: bytes) -> bool:
    """A receiver as the standard describes it, with nothing of ours in it."""
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    given = [part.partition(",")[2] for part in headers["webhook-signature"].split(" ")]
    return any(hmac.compare_digest(wanted, each) for each in given)


@dataclass
class Town:
    """A call centre and those who are told of its calls."""

    centre: CallCentre
    hook: Crm
    zammad: Crm
    http: ClientSession
    streams: list[ClientResponse] = field(default_factory=list)

    async def listen(self, key: str, query: str = "", last: str = "") -> ClientResponse:
        """Open the stream of events."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        headers |= {"Last-Event-ID": last} if last else {}
        url = f"{self.centre.served.web.url}/api/v1/events/stream{query}"
        self.streams.append(await self.http.get(url, headers=headers))
        return self.streams[-1]

    async def key(self, *scopes: str) -> str:
        """A key of a program."""
        id_, whole = new_key()
        now = self.centre.clock.now()
        row = KeyRow(id_, id_, digest(whole), "x", scopes, now, now + timedelta(days=1))
        await self.centre.served.server.switch.store.machine_keys.add(row)
        return whole

    async def talk(self) -> CallId:
        """A caller who talks to an agent."""
        await self.centre.works("ayse")
        call = await self.centre.waits()
        self.centre.phones["ayse"].answer()
        await self.centre.clock.advance(1)
        return call


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.chdir(tmp_path)
    hook, zammad = Crm(), Crm()
    await hook.open()
    await zammad.open()
    centre = await CallCentre.open(tmp_path, changes=settings(tmp_path, hook, zammad))
    async with ClientSession() as http:
        made = Town(centre, hook, zammad, http)
        yield made
        for stream in made.streams:
            stream.close()
    await centre.close()
    await hook.close()
    await zammad.close()


def told(crm: Crm) -> list[tuple[str, dict[str, Any]]]:
    """Type and data of each event."""
    return [(event["type"], event["data"]) for event in crm.events]


def kinds(crm: Crm) -> list[str]:
    return [event["type"] for event in crm.events]


async def comes(crm: Crm, kind: str) -> None:
    """Until an event of this kind has arrived."""
    while kind not in kinds(crm):
        await crm.until(len(crm.seen) + 1)


async def test_a_call_is_told_in_order_and_signed_with_both_keys(town: Town) -> None:
    call = await town.talk()
    centre = town.centre
    await centre.floor.control(call, "hold", {}, "ayse")
    await centre.clock.advance(1)
    await centre.floor.control(call, "resume", {}, "ayse")
    await centre.clock.advance(1)
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(20)
    await town.hook.until(7)
    pops = [data for kind, data in told(town.hook) if kind == "pop.opened"]
    calls = [(kind, data) for kind, data in told(town.hook) if kind != "pop.opened"]
    assert [kind for kind, _data in calls] == [
        *("call.queued", "call.offered", "call.answered", "call.held", "call.held", "call.ended"),
    ]
    assert [data["held"] for kind, data in calls if kind == "call.held"] == [True, False]
    assert {data["call"] for _kind, data in calls} == {call}
    assert {data["from"] for _kind, data in calls} == {"+905321112233"}
    assert calls[2][1]["agents"] == ["ayse"]
    assert (calls[5][1]["outcome"], calls[5][1]["queue"]) == ("handled", "general")
    assert [pop["call_id"] for pop in pops] == [call]
    for headers, body in town.hook.seen:
        assert accepts(OLD, headers, body)
        assert accepts(NEW, headers, body)
        assert not accepts(b"x" * 24, headers, body)


async def test_who_gives_up_is_told_as_abandoned(town: Town) -> None:
    await town.centre.works("ayse")
    call = await town.centre.waits()
    await town.centre.clock.advance(9)
    await town.centre.leaves(call)
    await town.hook.until(4)
    calls = [kind for kind in kinds(town.hook) if kind != "pop.opened"]
    assert calls == ["call.queued", "call.offered", "call.ended"]
    ended = town.hook.events[-1]["data"]
    assert (ended["cause"], ended["outcome"]) == ("abandoned", "abandoned")
    await town.zammad.until(2)
    assert [event["event"] for event in town.zammad.events] == ["newCall", "hangup"]
    assert town.zammad.events[1]["cause"] == "cancel"


async def test_giving_a_caller_away_is_told_with_whom_he_gets(town: Town) -> None:
    call = await town.talk()
    await town.centre.works("can")
    body = {"to": "queue:loans", "kind": "blind"}
    await town.centre.floor.control(call, "transfer", body, "ayse")
    await town.centre.clock.advance(1)
    await comes(town.hook, "call.transferred")
    at = kinds(town.hook).index("call.transferred")
    given = told(town.hook)[at][1]
    assert (given["to"], given["agents"]) == ("queue:loans", ["ayse"])
    await town.hook.until(at + 2)
    after = [(kind, data["queue"]) for kind, data in told(town.hook)[at:] if kind[0] == "c"]
    assert ("call.queued", "loans") in after


async def test_a_caller_who_is_handed_to_a_colleague_is_told_once(town: Town) -> None:
    call = await town.talk()
    centre = town.centre
    await centre.works("can")
    await centre.floor.control(call, "consult", {"to": "agent:can"}, "ayse")
    await centre.clock.advance(1)
    centre.phones["can"].answer()
    await centre.clock.advance(1)
    await centre.floor.control(call, "consult-complete", {}, "ayse")
    await centre.clock.advance(1)
    centre.phones["can"].hang_up()
    await centre.clock.advance(20)
    await comes(town.hook, "call.ended")
    given = [data for kind, data in told(town.hook) if kind == "call.transferred"]
    assert [data["agents"] for data in given] == [["ayse"]]


async def test_a_crm_that_does_not_answer_makes_no_telephone_wait(town: Town) -> None:
    town.hook.gate, town.zammad.gate = asyncio.Event(), asyncio.Event()
    before = TOLD.labels("hook ops", "late")._value.get()
    await town.centre.works("ayse")
    await town.centre.waits()
    assert town.centre.phones["ayse"].rings
    town.centre.phones["ayse"].answer()
    await town.centre.clock.advance(3)
    assert town.centre.phones["ayse"].talks
    town.hook.gate.set()
    await settle(200)
    assert TOLD.labels("hook ops", "late")._value.get() > before


async def test_zammad_hears_a_call_in_its_own_words(town: Town) -> None:
    call = await town.talk()
    town.centre.phones["ayse"].hang_up()
    await town.centre.clock.advance(20)
    await town.zammad.until(3)
    head = {"callId": call, "from": "905321112233", "to": "908502220000", "direction": "in"}
    assert town.zammad.events == [
        {"event": "newCall", **head, "queue": "general"},
        {"event": "answer", **head, "user": ["ayse"]},
        {"event": "hangup", **head, "cause": "normalClearing"},
    ]
    assert town.zammad.paths == [f"/api/v1/cti/{TOKEN}"] * 3


async def test_what_zammad_wants_done_is_no_order(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.zammad.answers = [(200, b'{"action":"reject","reason":"busy"}')]
    await town.centre.works("ayse")
    await town.centre.waits()
    await town.zammad.until(1)
    async with asyncio.timeout(5):
        while "crm_wish_not_carried_out" not in caplog.text:
            await settle()
    assert town.centre.phones["ayse"].rings


async def test_after_a_restart_nothing_is_told_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    hook, zammad = Crm(), Crm()
    await hook.open()
    await zammad.open()
    first = await CallCentre.open(tmp_path, changes=settings(tmp_path, hook, zammad))
    call = await first.waits()
    await zammad.until(1)
    await hook.until(1)
    store = first.served.server.switch.store
    await first.served.server.tasks.close()
    second = await CallCentre.open(tmp_path, store=store, clock=first.clock)  # type: ignore[arg-type]
    assert second.trunk.attach(call, lambda _message: None)
    await second.clock.advance(1)
    await second.leaves(call)
    await hook.until(2)
    await settle(100)
    assert kinds(hook) == ["call.queued", "call.ended"]
    assert [event["event"] for event in zammad.events] == ["newCall"]
    await second.close()
    await first.close()
    await hook.close()
    await zammad.close()


async def block(stream: ClientResponse) -> str:
    async with asyncio.timeout(5):
        return (await stream.content.readuntil(b"\n\n")).decode()


async def test_a_program_with_a_key_hears_the_types_it_asked_for(town: Town) -> None:
    stream = await town.listen(await town.key("event:r", "number:r"), "?types=call.queued,pop.*")
    assert (stream.status, stream.content_type) == (200, "text/event-stream")
    assert await block(stream) == ": still here\n\n"
    call = await town.talk()
    queued, popped = await block(stream), await block(stream)
    assert queued.startswith("event: call.queued\ndata: {")
    assert call in queued
    assert "+905321112233" in queued
    assert popped.startswith("event: pop.opened\n")


async def test_without_the_right_to_numbers_they_are_masked_and_pops_not_sent(town: Town) -> None:
    stream = await town.listen(await town.key("event:r"), "?types=pop.*,call.offered")
    await block(stream)
    await town.talk()
    offered = await block(stream)
    assert offered.startswith("event: call.offered\n")
    assert "+905321112233" not in offered


async def test_who_has_no_key_or_not_the_right_one_hears_nothing(town: Town) -> None:
    assert (await town.listen("")).status == 401
    assert (await town.listen("ivrk_abcdefgh_" + "x" * 43)).status == 401
    assert (await town.listen(await town.key("interaction:r"))).status == 403


async def test_contacts_are_told_with_a_number_and_told_again(town: Town) -> None:
    key = await town.key("event:r")
    stream = await town.listen(key, "?types=interaction.*")
    await block(stream)
    call = await town.talk()
    started = await block(stream)
    assert started.startswith(f"id: interaction.started:{call}\nevent: interaction.started\n")
    town.centre.phones["ayse"].hang_up()
    await town.centre.clock.advance(20)
    ended = await block(stream)
    assert '"outcome":"handled"' in ended
    again = await town.listen(key, "?types=interaction.*", f"interaction.started:{call}")
    assert await block(again) == ended
    late = await town.listen(key, "?types=call.*", f"interaction.started:{call}")
    assert await block(late) == ": still here\n\n"


async def test_who_was_away_too_long_starts_afresh(town: Town) -> None:
    call = await town.talk()
    key, last = await town.key("event:r"), f"interaction.started:{call}"
    assert await block(await town.listen(key, last=last)) == ": still here\n\n"
    store = town.centre.served.server.switch.store
    assert (await store.interactions.get(call)) is not None
    town.centre.clock._now += timedelta(days=8)
    fresh = await town.key("event:r")
    for unknown in (last, "e-17", "interaction.ended:nobody"):
        assert await block(await town.listen(fresh, last=unknown)) == "event: reset\ndata: {}\n\n"


async def test_a_key_that_is_taken_away_ends_the_stream(town: Town) -> None:
    key = await town.key("event:r")
    stream = await town.listen(key)
    await block(stream)
    store = town.centre.served.server.switch.store
    (row,) = await store.machine_keys.all()
    await store.machine_keys.remove(row.name)
    await town.centre.clock.advance(16)
    async with asyncio.timeout(5):
        assert await stream.content.read() == b""


async def test_a_name_that_leads_inside_is_refused_at_the_door(town: Town) -> None:
    port = town.hook.port
    text = f"""
zone: Europe/Istanbul
web: {{listen: "0.0.0.0:8080", public_base: "https://ivr.example"}}
webhooks:
  ops: {{url: "https://localhost:{port}/x", secret: "${{env:KEY}}", ports: [{port}]}}
"""
    environment = {"KEY": base64.b64encode(OLD).decode()}
    config = load_config({"c.yaml": text.encode()}, environment, now=START)
    one = config.webhooks["ops"]
    clock = town.centre.clock
    post = Post("ops", target_of(one, one.url, config), clock)
    with pytest.raises(UndeliveredError) as caught:
        await post.send(b"{}", {}, clock.now() + timedelta(seconds=2))
    assert caught.value.reason == "failed"
    await post.close()
