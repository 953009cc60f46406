"""Calls come in: taken, refused, or put on a phone's second line."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip import arriving
from ivr.channels.sip.wire.orders import Accept, HangUp, Invite, Refuse, Ring
from ivr.channels.sip.wire.peers.bindings import Binding
from ivr.channels.sip.wire.words import Answered, Cancelled
from ivr.runtime.memory.clock import settle
from tests.fakes.sip_rig import FLOW, NUMBER, Rig, record, response, sdp, settings

if TYPE_CHECKING:
    from collections.abc import Sequence


async def refused(rig: Rig, **more: object) -> list[tuple[int, Sequence[tuple[str, str]]]]:
    """How a call is refused; nothing of it is left."""
    rig.trunk.heard(rig.offered(**more))  # type: ignore[arg-type]
    await settle()
    assert not rig.ordered(Accept)
    assert (rig.works.by_ref, rig.works.dialogs, rig.sound.opened) == ({}, {}, {})
    return [(each.status, each.headers) for each in rig.ordered(Refuse)]


async def test_a_call_to_a_number_is_answered_by_its_flow(rig: Rig) -> None:
    rig.trunk.heard(rig.offered())
    await settle()
    (accepted,) = rig.ordered(Accept)
    assert accepted.call == "in-caller"
    assert b"m=audio " in accepted.sdp
    row = await rig.row()
    assert (row.trunk, row.channel, row.dnis) == ("phones", "sip", NUMBER)


async def test_a_number_is_found_however_the_carrier_writes_it(rig: Rig) -> None:
    rig.trunk.heard(rig.offered("08502220000"))
    await settle()
    assert rig.ordered(Accept)


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("to", ""),
        ("p_called_party_id", "P-Called-Party-ID: <sip:+908502220000@x>"),
        ("diversion", "Diversion: <sip:+908502220000@x>;reason=unconditional"),
    ],
)
async def test_the_called_number_is_read_where_the_trunk_writes_it(key: str, line: str) -> None:
    rig = await Rig.start(settings(numbers={"dnis_from": key}))
    offer = rig.offered("trunk-17" if line else NUMBER, extra=[line] if line else [])
    rig.trunk.heard(offer)
    await settle()
    assert (await rig.row()).dnis == NUMBER
    await rig.close()


@pytest.mark.parametrize(("trusted", "ani"), [(True, "+905559998877"), (False, "+905321112233")])
async def test_the_network_s_word_on_the_caller_counts_where_it_is_trusted(
    trusted: bool,
    ani: str,
) -> None:
    rig = await Rig.start(settings(numbers={"trust_identity": str(trusted).lower()}))
    rig.trunk.heard(
        rig.offered(user="+905321112233", extra=["P-Asserted-Identity: <tel:+905559998877>"])
    )
    await settle()
    assert (await rig.row()).ani == ani
    await rig.close()


async def test_a_phone_may_dial_another_phone_where_a_flow_serves_that() -> None:
    rig = await Rig.start(settings(extensions="desk"))
    rig.stack.known.append(Binding("carol", "k", "sip:carol@192.0.2.8", (), FLOW, (), "c", 1, 1e9))
    rig.trunk.heard(rig.offered("carol", user="bob", peer="bob"))
    rig.trunk.heard(rig.offered("carol", user="stranger"))
    await settle()
    assert [each.call for each in rig.ordered(Accept)] == ["in-bob"]
    assert [(each.call, each.status) for each in rig.ordered(Refuse)] == [("in-stranger", 404)]
    await rig.close()


@pytest.mark.parametrize("allowed", ["true", "false"])
async def test_a_phone_that_talks_has_a_second_line_where_that_is_allowed(allowed: str) -> None:
    rig = await Rig.start(settings(second_line=allowed))
    for user in ("bob", "carol"):
        where = f"sip:{user}@192.0.2.8"
        rig.stack.known.append(Binding(user, "k", where, (), FLOW, (), "c", 1, 1e9))
    talk = await rig.call()
    await rig.press(talk, "2")
    bob = rig.works.dialogs[rig.ordered(Invite)[-1].call]
    rig.trunk.heard(Answered(bob.name, "t", sdp(), record(bob.name), response(200)))
    await settle()
    rig.trunk.heard(rig.offered("carol", user="bob", peer="bob"))
    await settle()
    rung = [each.peer for each in rig.ordered(Invite)]
    assert rung == (["bob", "carol"] if allowed == "true" else ["bob"])
    assert bool(rig.ordered(Ring)) == (allowed == "true")
    await rig.close()


async def test_a_second_line_that_is_given_up_at_once_rings_nobody_for_long() -> None:
    rig = await Rig.start()
    for user in ("bob", "carol"):
        where = f"sip:{user}@192.0.2.8"
        rig.stack.known.append(Binding(user, "k", where, (), FLOW, (), "c", 1, 1e9))
    talk = await rig.call()
    await rig.press(talk, "2")
    bob = rig.works.dialogs[rig.ordered(Invite)[-1].call]
    rig.trunk.heard(Answered(bob.name, "t", sdp(), record(bob.name), response(200)))
    await settle()
    rig.trunk.heard(rig.offered("carol", user="bob", peer="bob"))
    await settle(3)
    rig.trunk.heard(Cancelled("in-bob"))
    await settle(60)
    rung = rig.ordered(Invite)[1:]
    assert {each.call for each in rung} <= {each.call for each in rig.ordered(HangUp)}
    assert set(rig.works.dialogs) == {"in-caller", bob.name}
    await rig.close()


async def test_a_number_without_a_flow_is_unknown(rig: Rig) -> None:
    assert await refused(rig, called="+908502229999") == [(404, ())]


async def test_the_name_of_a_flow_is_answered_on_an_open_trunk_only() -> None:
    closed = await Rig.start()
    opened = await Rig.start(settings(listen="127.0.0.1:5060", open=True))
    assert await refused(closed, called="desk") == [(404, ())]
    opened.trunk.heard(opened.offered("desk"))
    await settle()
    assert opened.ordered(Accept)
    await closed.close()
    await opened.close()


@pytest.mark.parametrize(
    ("body", "status"), [(sdp(payload="18"), 488), (b"v=0\r\nm=x", 400), (b"", 400)]
)
async def test_an_offer_that_cannot_be_served_is_refused(
    rig: Rig, body: bytes, status: int
) -> None:
    ((found, _headers),) = await refused(rig, body=body)
    assert found == status


async def test_more_calls_than_the_trunk_may_have_are_put_off() -> None:
    rig = await Rig.start(settings(limits={"live": "1"}))
    await rig.call()
    rig.trunk.heard(rig.offered(user="second"))
    await settle()
    (refusal,) = rig.ordered(Refuse)
    assert (refusal.call, refusal.status, refusal.headers) == ("in-second", 503, arriving.LATER)
    await rig.close()


async def test_calls_that_come_too_fast_are_put_off(rig: Rig) -> None:
    for number in range(4):
        rig.trunk.heard(rig.offered(user=f"u{number}"))
    await settle()
    assert [each.call for each in rig.ordered(Refuse)] == ["in-u3"]


async def test_a_server_that_stops_takes_no_call(rig: Rig) -> None:
    rig.desk.switch.draining = True
    assert await refused(rig) == [(503, arriving.LATER)]


async def test_without_sound_a_call_is_put_off_for_a_moment(rig: Rig) -> None:
    rig.sound.willing = False
    assert await refused(rig) == [(503, (("Retry-After", "2"),))]


async def test_without_a_free_port_a_call_is_put_off(rig: Rig) -> None:
    rig.sound.refuses = "no RTP port is free"
    assert await refused(rig) == [(503, arriving.LATER)]


async def test_a_call_that_cannot_be_stored_is_put_off(rig: Rig) -> None:
    rig.desk.store.away = 1
    assert await refused(rig) == [(503, arriving.LATER)]


async def test_a_call_without_an_offer_gets_ours(rig: Rig) -> None:
    rig.trunk.heard(rig.offered(body=None))
    await settle()
    assert b"RTP/AVP 8 0 101" in rig.ordered(Accept)[0].sdp


async def test_who_gives_up_before_the_call_is_stored_ends_it(rig: Rig) -> None:
    """The CANCEL overtakes the journal: the call must not live on without anybody in it."""
    offer = rig.offered()
    store, going, gate = rig.desk.store, asyncio.Event(), asyncio.Event()
    append = store.journal.append

    async def slow(entry: object) -> None:
        going.set()
        await gate.wait()
        await append(entry)  # type: ignore[arg-type]

    store.journal.append = slow  # type: ignore[method-assign]
    rig.trunk.heard(offer)
    await going.wait()
    rig.trunk.heard(Cancelled(offer.call))
    gate.set()
    await settle(100)
    assert not rig.ordered(Accept)
    assert not rig.desk.switch.calls
    row = await rig.row()
    assert (row.cause, row.ended_by) == ("cancelled", "caller")
    assert (rig.works.by_ref, rig.works.calls) == ({}, {})


async def test_who_gives_up_while_ports_are_opened_leaves_no_trace(rig: Rig) -> None:
    gate, opened = asyncio.Event(), rig.sound.open

    async def slow(*words: object, **more: object) -> object:
        await gate.wait()
        return await opened(*words, **more)  # type: ignore[arg-type]

    rig.sound.open = slow  # type: ignore[method-assign, assignment]
    offer = rig.offered()
    rig.trunk.heard(offer)
    await settle()
    rig.trunk.heard(Cancelled(offer.call))
    gate.set()
    await settle()
    assert (rig.works.by_ref, rig.works.dialogs, rig.sound.opened) == ({}, {}, {})
    assert not rig.desk.switch.calls


async def test_who_waits_for_an_answer_hears_that_it_rings(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, opened = asyncio.Event(), rig.sound.open

    async def slow(*words: object, **more: object) -> object:
        await gate.wait()
        return await opened(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(arriving, "RING_S", 0.0)
    monkeypatch.setattr(rig.sound, "open", slow)
    rig.trunk.heard(rig.offered())
    await settle()
    assert rig.ordered(Ring) == [Ring("in-caller")]
    gate.set()
    await settle()
    assert rig.ordered(Accept)


async def test_who_was_answered_at_once_hears_no_ringing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "RING_S", 0.0)
    await rig.call()
    await settle()
    assert rig.ordered(Accept)
    assert not rig.ordered(Ring)


async def test_a_phone_that_calls_while_it_is_rung_up_for_a_caller_is_busy(rig: Rig) -> None:
    await rig.call(user="bob", peer="bob")
    rig.trunk.heard(rig.offered(user="bob2", peer="bob"))
    await settle()
    assert [(each.call, each.status) for each in rig.ordered(Refuse)] == [("in-bob2", 486)]


async def test_replacing_a_dialog_that_is_not_there_is_refused(rig: Rig) -> None:
    rig.trunk.heard(rig.offered(peer="bob", replaces="nothing"))
    await settle()
    assert [each.status for each in rig.ordered(Refuse)] == [481]
    assert not rig.ordered(HangUp)


async def test_any_name_of_a_call_can_be_stored(rig: Rig) -> None:
    """Octets that are no text, and a name longer than an index takes."""
    odd, long = rig.offered(user="odd"), rig.offered(user="long")
    odd.request.headers.set("Call-ID", "a\udcffb")
    long.request.headers.set("Call-ID", "x" * 4000)
    for offer in (odd, long):
        rig.trunk.heard(offer)
    await settle()
    assert len(rig.ordered(Accept)) == 2
    found = [call.provider_ref for call in rig.desk.switch.calls.values()]
    assert all(ref.isascii() and len(ref) < 256 for ref in found)
    assert len(set(found)) == 2
