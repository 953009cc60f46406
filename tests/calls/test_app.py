"""The whole server, put together as in production: what it takes, what it refuses, how it stops."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ivr.app import Parts, build
from ivr.channels.twilio.wire.signature import sign
from ivr.config.load import load_config
from ivr.domain.errors import ConfigError, FlowError
from ivr.domain.events import KeysCollected
from ivr.runtime.key_file import KeyFileError
from ivr.runtime.memory.clock import START, VirtualClock, settle
from ivr.runtime.memory.store import MemoryStore
from ivr.runtime.ports.supervision.switches import HandSwitch
from tests.fakes.served import BANK, HOOKS, PHARMACY, TOKEN, Phone, Served, shipped

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.twilio import Pairs

ACCOUNT = "AC00000000000000000000000000000000"
RING: Pairs = (("AccountSid", ACCOUNT), ("CallSid", "CA1"), ("From", "+905321112233"), ("To", BANK))


async def get_json(served: Served, path: str) -> tuple[int, dict[str, object]]:
    answer = await served.web.get(path)
    return answer.status, json.loads(answer.body)


# --- health ---------------------------------------------------------------------------------------


async def test_machines_are_told_that_all_is_well(served: Served) -> None:
    assert await get_json(served, "/healthz") == (200, {"alive": True})
    ready = {"store": True, "flows": True, "taking_calls": True}
    assert await get_json(served, "/readyz") == (200, ready)
    page = (await served.web.get("/metrics")).body.decode()
    assert any(f.name == "ivr_calls_live" for f in text_string_to_metric_families(page))


async def test_an_unknown_page_is_told_in_one_form(served: Served) -> None:
    status, body = await get_json(served, "/nothing")
    assert (status, body["code"], body["status"]) == (404, "not-found", 404)


# --- who gets in ----------------------------------------------------------------------------------


@pytest.mark.parametrize("signature", ["", "x", "AAAA", "ş", "0" * 500])
async def test_who_has_not_signed_is_refused_and_nothing_happens(
    served: Served, signature: str
) -> None:
    if not signature.isascii():
        signature = signature.encode().decode("latin-1")
    answer = await served.web.post(f"{HOOKS}/voice", RING, signature)
    assert answer.status == 403
    assert await served.rows() == []


async def test_a_signature_of_another_token_or_of_another_url_is_refused(served: Served) -> None:
    other = await served.web.signed(f"{HOOKS}/voice", RING, token="other")  # noqa: S106 - wrong
    assert other.status == 403
    elsewhere = sign(f"{HOOKS}/status", RING, TOKEN)
    assert (await served.web.post(f"{HOOKS}/voice", RING, elsewhere)).status == 403


async def test_an_unknown_trunk_call_or_page_is_404(served: Served) -> None:
    assert (await served.web.signed(f"{HOOKS}s/voice", RING)).status == 404
    assert (await served.web.signed(f"{HOOKS}/nothing", RING)).status == 404
    address = f"{HOOKS}/next?c=01ARZ3NDEKTSV4RRFFQ69G5FAV&l=1&t=2"
    assert (await served.web.signed(address, RING)).status == 404


async def test_a_body_over_the_limit_is_413(served: Served) -> None:
    form = (*RING, ("Padding", "x" * 256 * 1024))
    answer = await served.web.signed(f"{HOOKS}/voice", form)
    assert answer.status == 413
    assert await served.rows() == []


async def test_a_webhook_by_get_is_no_webhook(served: Served) -> None:
    assert (await served.web.get("/hooks/main/voice")).status == 405


async def test_each_number_reaches_its_own_flow(served: Served) -> None:
    for number, flow in ((BANK, "bank"), (PHARMACY, "pharmacy")):
        call = served.provider().call(to=number)
        call.sid = f"CA-{flow}"
        await call.ring()
    assert [row.flow for row in await served.rows()] == ["bank", "pharmacy"]


# --- the edit of a flow ---------------------------------------------------------------------------


def edit(folder: Path, old: str, new: str) -> dict[str, bytes]:
    path = folder / "flows" / "pharmacy.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return {
        each.relative_to(folder).as_posix(): each.read_bytes()
        for each in (folder / "flows").rglob("*.yaml")
    }


async def test_a_broken_edit_keeps_the_old_version_and_a_good_one_is_for_new_calls(
    served: Served, folder: Path
) -> None:
    before = served.server.library.current().live["pharmacy"]
    problems = await served.server.library.publish(edit(folder, "tries: 3", "tries: 33"))
    assert any(problem.code == "F409" for problem in problems)
    old = served.provider().call(to=PHARMACY)
    await old.ring()
    await served.server.library.publish(edit(folder, "tries: 33", "tries: 2"))
    new = served.provider().call(to=PHARMACY)
    new.sid = "CA-new"
    await new.ring()
    versions = [row.flow_hash for row in await served.rows()]
    assert versions[0] == before != versions[1]
    await old.until_listening()
    await old.press("1")
    await old.until_listening()
    assert not old.ended


# --- a start that must not be ---------------------------------------------------------------------


async def refused(folder: Path) -> Exception:
    config = load_config(folder / "config.yaml", {}, now=START)
    with pytest.raises((ConfigError, KeyFileError)) as told:
        await build(config, Parts(clock=VirtualClock(), store=MemoryStore()))
    return told.value


async def test_a_broken_first_flow_does_not_start(folder: Path) -> None:
    edit(folder, "giveup: goodbye", "giveup: goodby")
    told = await refused(folder)
    assert isinstance(told, FlowError)
    assert [problem.code for problem in told.problems].count("F201") >= 2


async def test_a_number_without_its_flow_does_not_start(folder: Path) -> None:
    (folder / "flows" / "pharmacy.yaml").unlink()
    told = await refused(folder)
    assert 'no flow "pharmacy"' in str(told)


async def test_a_broken_table_does_not_start(folder: Path) -> None:
    (folder / "flows" / "data" / "pins.yaml").write_text("- {customer: C-1, pin: true")
    assert isinstance(await refused(folder), ConfigError)


async def test_a_key_file_of_the_wrong_length_does_not_start(folder: Path) -> None:
    (folder / "var").mkdir(exist_ok=True)
    (folder / "var" / "master.key").write_bytes(b"short")
    (folder / "var" / "master.key").chmod(0o600)
    assert isinstance(await refused(folder), KeyFileError)


# --- stopping -------------------------------------------------------------------------------------


async def test_a_draining_server_refuses_new_calls_and_finishes_the_running_one(
    served: Served,
) -> None:
    assert served.clock is not None
    running = served.provider().call(to=PHARMACY)
    await running.ring()
    draining = served.server.tasks.start(served.server.drain(), "drain")
    await settle()
    status, parts = await get_json(served, "/readyz")
    assert (status, parts["taking_calls"]) == (503, False)
    late = served.provider().call(to=PHARMACY)
    late.sid = "CA-late"
    await late.ring()
    assert b'<Reject reason="busy"' in late.documents[0]
    phone = Phone(await served.web.talk(), served.clock)
    await phone.send(dial=PHARMACY)
    assert await phone.until("problem") == {"problem": "no new calls are taken now"}
    await phone.socket.close()
    assert not draining.done()
    await running.wait(200)
    assert running.ended == "hangup"
    await served.clock.advance(1)
    assert draining.done()
    assert len(await served.rows()) == 1


async def test_a_drain_waits_no_longer_than_it_may(folder: Path) -> None:
    config = shipped(folder, {"limits: {call: 2h}": "limits: {call: 2h, drain: 5s}"})
    clock = VirtualClock()
    served = await Served.start(config, Parts(clock=clock, store=MemoryStore()))
    await served.provider().call(to=PHARMACY).ring()
    draining = served.server.tasks.start(served.server.drain(), "drain")
    await clock.advance(4.9)
    assert not draining.done()
    await clock.advance(0.2)
    assert draining.done()
    assert len(served.server.switch.calls) == 1
    await served.close()


async def test_a_phone_left_open_does_not_hold_the_end(folder: Path) -> None:
    parts = Parts(clock=VirtualClock(), store=MemoryStore())
    served = await Served.start(folder / "config.yaml", parts)
    sockets = [await served.web.talk() for _n in range(3)]
    async with asyncio.timeout(5):
        await served.server.close()
    for socket in sockets:
        await socket.close()
    await served.web.close()


# --- the database ---------------------------------------------------------------------------------


async def test_a_locked_database_costs_no_call_and_nothing_that_was_acknowledged(
    stored: Served, folder: Path
) -> None:
    provider = stored.provider()
    call = provider.call(to=PHARMACY)
    await call.ring()
    await call.until_listening()
    lock = sqlite3.connect(folder / "var" / "ivr.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    answers = [stored.server.tasks.start(call.press("1"), "press")]
    other = provider.call(to=PHARMACY)
    answers.append(stored.server.tasks.start(other.ring(), "ring"))
    done, _open = await asyncio.wait(answers, timeout=4)
    assert len(done) == 2, "both callers are answered within 2 s, whatever the database does"
    assert b"<Pause" in call.documents[-1] or b"<Gather" in call.documents[-1]
    lock.execute("ROLLBACK")
    lock.close()
    async with asyncio.timeout(8):
        while "anatolian" not in standing(stored):
            await call.wait(2.1)
            await asyncio.to_thread(lambda: None)
    await call.until_listening()
    assert not call.ended
    live = next(one for one in stored.server.switch.calls.values() if one.provider_ref == call.sid)
    saved = await stored.server.switch.store.journal.load(live.id)
    assert saved is not None
    events = [stored.server.switch.codec.loads(text, live.key) for _seq, text in saved.events]
    assert sum(isinstance(event, KeysCollected) for event in events) == 1


def standing(served: Served) -> list[str]:
    """The nodes where calls stand."""
    states = [live.state for live in served.server.switch.calls.values()]
    return [state.path[-1] for state in states if state is not None]


async def test_the_folder_of_a_second_server_is_its_own(tmp_path: Path) -> None:
    path = shipped(tmp_path)
    assert path.read_text().count("127.0.0.1:0") == 1


async def test_an_emergency_switched_on_is_for_the_next_call_at_once(
    served: Served, folder: Path
) -> None:
    path = folder / "config.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("emergency: false", "emergency: true"), encoding="utf-8")
    assert await served.server.reconfigure(load_config(path, {}, now=START))
    call = served.provider().call(to=BANK)
    await call.ring()
    await call.wait(30)
    assert call.ended == "hangup"
    assert (await served.rows())[-1].path == ("closed_for_now", "wrap_up")


async def test_an_emergency_set_by_hand_holds_whatever_the_configuration_becomes(
    served: Served, folder: Path
) -> None:
    twilio = served.provider()
    inside = twilio.call(to=BANK)
    await inside.ring()
    await served.server.switches.put(HandSwitch("emergency", True, "sule", "fire", START))
    assert await served.server.reconfigure(load_config(folder / "config.yaml", {}, now=START))
    call = twilio.call(to=BANK)
    await call.ring()
    await call.wait(30)
    assert call.ended == "hangup"
    assert not inside.ended, "calls that go on are not touched"
    await served.server.switches.take_back("emergency")
    later = twilio.call(to=BANK)
    await later.ring()
    await later.wait(30)
    assert not later.ended


async def test_a_configuration_that_breaks_a_flow_changes_nothing(
    served: Served, folder: Path
) -> None:
    path = folder / "config.yaml"
    text = path.read_text(encoding="utf-8")
    broken = text.replace("emergency: false", "emergency: true").replace(
        "\n  cards:\n    title:", "\n  kartlar:\n    title:"
    )
    assert "kartlar" in broken
    path.write_text(broken, encoding="utf-8")
    assert not await served.server.reconfigure(load_config(path, {}, now=START))
    assert served.server.live.now.switches == {"emergency": False}
    assert served.server.switch.facts == {"switch.emergency": False}
