"""Rows from 161: calls that ring for long, because the disk is slow: nothing goes before its write.

CANCEL, BYE and repetitions come while it rings; a reliable 180 waits for its PRACK.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_bench import answer_to, ref_of, says_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.runtime.ports import Entry
    from tests.fakes.sip_bench import Bench
    from tests.fakes.sip_phone import Dialog, Message, SipPhone

pytestmark = pytest.mark.asyncio(loop_scope="module")


@contextmanager
def slow_disk(bench: Bench) -> Iterator[asyncio.Event]:
    """Writes wait until the event is set."""
    journal, gate = bench.store.journal, asyncio.Event()
    write = journal.append

    async def append(entry: Entry) -> None:
        await gate.wait()
        await write(entry)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "append", append)
        yield gate
        gate.set()


async def rings(phone: SipPhone, dialog: Dialog) -> Message:
    """The 180, by which the dialog is known from now on."""
    ringing = await phone.wait(lambda m: m.status == 180 and m["call-id"] == dialog.call_id)
    found = re.search(r"<([^>]+)>", ringing["contact"])
    assert found
    dialog.target = found[1]
    return ringing


async def test_row_161_who_waits_hears_that_it_rings(bench: Bench, caller: SipPhone) -> None:
    with slow_disk(bench) as gate:
        dialog = caller.invite("keys")
        ringing = await rings(caller, dialog)
        assert "require" not in ringing.headers
        assert [message.status for message in caller.heard] == [100, 180]
        gate.set()
        answer = await bench.answers(caller, dialog)
    assert answer.to_tag == ringing.to_tag
    assert (await caller.bye(dialog)).status == 200


async def test_row_162_a_cancel_while_it_rings(bench: Bench, caller: SipPhone) -> None:
    with slow_disk(bench) as gate:
        dialog = caller.invite("keys")
        branch = dialog.branch
        ringing = await rings(caller, dialog)
        caller.send(caller.request("CANCEL", dialog, branch=branch, uri=f"sip:keys@{at(caller)}"))
        assert (await answer_to(caller, dialog, "CANCEL")).status == 200
        refused = await answer_to(caller, dialog)
        assert refused.status == 487
        assert refused.to_tag == ringing.to_tag
        dialog.to = refused["to"]
        caller.send(caller.request("ACK", dialog, branch=branch))
        gate.set()
        await says_nothing(caller, len(caller.heard))
    await bench.serves()


def at(phone: SipPhone) -> str:
    """Host and port of the server."""
    return f"{phone.server[0]}:{phone.server[1]}"


async def test_row_163_a_bye_while_it_rings(bench: Bench, caller: SipPhone) -> None:
    with slow_disk(bench) as gate:
        dialog = caller.invite("keys")
        branch = dialog.branch
        dialog.to = (await rings(caller, dialog))["to"]
        dialog.cseq = 2
        caller.send(caller.request("BYE", dialog))
        assert (await answer_to(caller, dialog, "BYE")).status == 200
        assert (await answer_to(caller, dialog, cseq=1)).status == 487
        caller.send(caller.request("ACK", dialog, cseq=1, branch=branch))
        gate.set()
        await says_nothing(caller, len(caller.heard))
    await bench.serves()


async def test_row_164_an_invite_repeated_while_it_rings_gets_the_180_again(
    bench: Bench, caller: SipPhone
) -> None:
    with slow_disk(bench) as gate:
        dialog = caller.dialog("keys")
        invite = caller.request("INVITE", dialog, body=caller.sdp())
        caller.send(invite)
        first = await rings(caller, dialog)
        seen = len(caller.heard)
        caller.send(invite)
        await caller.until(lambda: len(caller.heard) > seen)
        assert caller.heard[seen] == first
        gate.set()
        await bench.answers(caller, dialog)
    assert (await caller.bye(dialog)).status == 200


async def test_row_165_a_required_180_is_reliable_and_the_answer_follows(
    bench: Bench, caller: SipPhone
) -> None:
    with slow_disk(bench) as gate:
        dialog = caller.invite("keys", extra="Require: 100rel")
        ringing = await rings(caller, dialog)
        assert "100rel" in ringing["require"]
        dialog.to = ringing["to"]
        dialog.cseq = 2
        extra = f"RAck: {ringing['rseq']} 1 INVITE"
        caller.send(caller.request("PRACK", dialog, extra=extra))
        assert (await answer_to(caller, dialog, "PRACK")).status == 200
        gate.set()
        answer = await answer_to(caller, dialog, cseq=1)
        assert answer.status == 200
        caller.send(caller.request("ACK", dialog, cseq=1))
        await caller.until(lambda: len(caller.rtp) > 2)
    assert (await caller.bye(dialog)).status == 200


async def test_row_166_a_caller_who_left_while_it_rang_is_recorded_as_gone(bench: Bench) -> None:
    async with bench.phone() as phone:
        with slow_disk(bench) as gate:
            dialog = phone.invite("keys")
            branch = dialog.branch
            await rings(phone, dialog)
            gate.set()
            uri = f"sip:keys@{at(phone)}"
            phone.send(phone.request("CANCEL", dialog, branch=branch, uri=uri))
            final = await answer_to(phone, dialog)
            dialog.to = final["to"]
            if final.status == 200:  # the answer was quicker: then it is a call
                phone.acknowledge(dialog, final)
                await phone.bye(dialog)
        async with asyncio.timeout(5):
            ended = None
            while ended is None:
                await bench.serves()
                call = await bench.store.calls.find("phones", ref_of(dialog))
                row = await bench.store.interactions.get(call) if call else None
                ended = row.ended_at if row else None
