"""Rows 160 and 167: a registered phone's second line with 100rel, and forged words in its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.fakes.sip_bench import Bench, answer_to
from tests.fakes.sip_served import PASSWORD, need_espeak

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.sip_phone import Dialog, Message, SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")
DESK = """
flow: desk
version: 1
languages: [en]
start: begin
uses: {places: [bob]}
rescue: {error: over}
nodes:
  begin:
    - transfer: bob
      ring: 10s
      busy: over
      noanswer: over
      failed: over
      done: over
  over:
    - hangup
"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    """A server with a flow that rings up the phone bob."""
    need_espeak()
    folder = tmp_path_factory.mktemp("office")
    (folder / "flows").mkdir()
    (folder / "flows" / "desk.yaml").write_text(DESK)
    places = {"places:\n": "places:\n  bob: {sip: 'sip:bob@phones'}\n"}
    sounds = tmp_path_factory.getbasetemp() / "sounds"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        made = await Bench.start(folder, sounds, places, ["bob", "carol"])
        yield made
        await made.sip.close()


async def rung_up(phone: SipPhone) -> Message:
    """The INVITE of the server, once it is there."""
    return await phone.wait(lambda m: m.method == "INVITE" and not m.status)


async def prack(phone: SipPhone, dialog: Dialog, rack: str) -> int:
    """Acknowledge an 18x; the status of the answer."""
    dialog.cseq += 1
    phone.send(phone.request("PRACK", dialog, extra=f"RAck: {rack}"))
    return (await answer_to(phone, dialog, "PRACK")).status


async def test_row_160_a_required_reliable_180_is_repeated_until_its_prack(office: Bench) -> None:
    async with office.phone() as caller, office.phone() as bob, office.phone() as carol:
        bob.user, carol.user = "bob", "carol"
        for phone in (bob, carol):
            assert (await phone.register(PASSWORD)).status == 200
        first_call = caller.invite("desk")
        invite = await rung_up(bob)
        bob.reply(invite, 200, tag="b", body=bob.sdp())
        await bob.wait(lambda m: m.method == "ACK" and not m.status)
        second = bob.invite("carol", extra="Require: 100rel")

        def ringing() -> list[Message]:
            return [m for m in bob.heard if m.status == 180 and m["call-id"] == second.call_id]

        await bob.until(lambda: len(ringing()) >= 2)
        first, again = ringing()[:2]
        assert first == again
        assert "100rel" in first["require"]
        found = re.search(r"<([^>]+)>", first["contact"])
        assert found
        second.to, second.target = first["to"], found[1]
        number = int(first["rseq"])
        assert await prack(bob, second, f"{number + 5} 1 INVITE") == 481
        assert await prack(bob, second, f"{number} 1 INVITE") == 200
        repeated = len(ringing())
        offered = await rung_up(carol)
        carol.reply(offered, 200, tag="c", body=carol.sdp())
        answer = await bob.wait(
            lambda m: m.status == 200 and m["call-id"] == second.call_id and m.method == "INVITE"
        )
        assert len(ringing()) == repeated
        bob.acknowledge(second, answer)
        assert (await bob.bye(second)).status == 200
        first_call.to = (await answer_to(caller, first_call))["to"]
        assert (await caller.bye(first_call)).status == 200
        await bob.wait(lambda m: m.method == "BYE" and m["call-id"] == invite["call-id"])


async def test_row_167_nobody_speaks_for_a_registered_phone(office: Bench) -> None:
    """Another phone of this machine knows all names of the call, and may not end or change it."""
    async with office.phone() as caller, office.phone() as bob, office.phone() as forger:
        bob.user = "bob"
        assert (await bob.register(PASSWORD)).status == 200
        dialog = await caller.call("desk")
        invite = await rung_up(bob)
        bob.reply(invite, 200, tag="b", body=bob.sdp())
        await bob.wait(lambda m: m.method == "ACK" and not m.status)
        leg = bob.dialog("x")
        leg.call_id, leg.to = invite["call-id"], invite["from"]
        leg.from_, leg.target = f"{invite['to']};tag=b", invite["contact"].strip("<>")
        for method in ("BYE", "INVITE", "UPDATE"):
            leg.cseq += 1
            body = "" if method == "BYE" else forger.sdp(version=2)
            forger.send(forger.request(method, leg, body=body))
            assert (await answer_to(forger, leg, method)).status == 481
        seen = len(bob.rtp)
        await bob.until(lambda: len(bob.rtp) > seen + 2)
        assert not forger.rtp
        leg.cseq += 1
        assert (await bob.bye(leg)).status == 200
        ended = await caller.wait(lambda m: m.method == "BYE" and not m.status)
        assert ended["call-id"] == dialog.call_id
        caller.reply(ended, 200)
