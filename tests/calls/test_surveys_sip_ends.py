"""How talks at SIP telephones end, and what becomes of the survey: a table of races and losses."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.fresh_store import fresh_file, open_fresh
from tests.fakes.pause import pause
from tests.fakes.sip_agents import answers, invites, is_over
from tests.fakes.sip_served import need_espeak
from tests.fakes.sip_surveyed import SipAsked, sip_asked

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.runtime.live import LiveCall
    from tests.fakes.sip_message import Rtp
    from tests.fakes.sip_phone import Dialog, SipPhone

PATIENCE_S = 20.0
MOBILE = "+905321112233"
TONE = bytes(range(1, 161))
MOST_OFFERS = 6
"""So many calls an agent is offered in a minute."""
HANDED = """done: away
  away:
    - {transfer: outside, kind: blind, busy: after, noanswer: after, failed: after}
  after:"""
OPEN = "    open: true "
IMPATIENT = {OPEN: f"    limits: {{media: 2s}}\n{OPEN}"}
"""A telephone from which nothing comes for so long is dead; else for a minute."""


@pytest.fixture(scope="session")
def sounds_at(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "sounds"


@pytest.fixture
async def line(
    tmp_path: Path, sounds_at: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SipAsked]:
    need_espeak()
    async with sip_asked(tmp_path, sounds_at, monkeypatch) as made:
        yield made


@asynccontextmanager
async def speaking() -> AsyncIterator[list[tuple[SipPhone, Dialog]]]:
    """Whoever is put on the list speaks from then on."""
    lines: list[tuple[SipPhone, Dialog]] = []

    async def speak() -> None:
        while True:
            for phone, dialog in lines:
                phone.send_rtp(dialog, TONE)
            await pause(0.1)

    async with asyncio.TaskGroup() as group:
        voices = group.create_task(speak())
        yield lines
        voices.cancel()


async def test_an_agent_whose_network_dies_gives_the_caller_to_another_who_is_asked_about(
    tmp_path: Path, sounds_at: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_espeak()
    async with (
        sip_asked(tmp_path, sounds_at, monkeypatch, changes=IMPATIENT) as line,
        line.desk.sip.phone() as caller,
        line.desk.sip.phone("later") as later,
        line.desk.sip.phone("ayse") as ayse,
        line.desk.sip.phone("can") as can,
        speaking() as speak,
    ):
        await line.desk.works(ayse)
        dialog, leg, live = await line.talking(caller, ayse)
        ayse.send_rtp(leg, TONE)  # and then never again
        speak.append((caller, dialog))
        speak.append((later, await later.call("line")))
        await is_over(ayse, leg)
        await line.desk.until("ayse", "wrapup")
        assert await line.state(live) == ("armed", "")
        assert line.desk.floor.waiting("general")[0]["call"] == live.id
        await line.desk.works(can)
        taken = await answers(can)
        await line.desk.until("can", "talking")
        speak.append((can, taken))
        assert (await line.desk.call_of("can")) == live.id, "he comes before who came later"
        await can.bye(taken)
        await line.asks(live, "begin")
        assert await line.state(live) == ("offered", "")
        assert (await line.agent(live)) == "can"


@pytest.fixture
async def texting(
    tmp_path: Path, sounds_at: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[SipAsked]:
    """The same on a database, so that texts follow; whoever stays is handed to the outside."""
    need_espeak()
    store: Any = open_fresh(fresh_file(tmp_path / "fresh" / "ivr.db"))
    handed = {
        "done: after\n  after:": HANDED,
        "uses: {queues: [general], surveys: [support]}": (
            "uses: {queues: [general], surveys: [support], places: [outside]}"
        ),
    }
    outside = {"places:\n": "places:\n  outside: {sip: 'sip:desk@127.0.0.9:5070', kind: blind}\n"}
    async with sip_asked(
        tmp_path, sounds_at, monkeypatch, changes=outside, line=handed, store=store
    ) as made:
        yield made


async def one_text_is_scheduled(line: SipAsked, live: LiveCall, reason: str) -> None:
    """He was missed for this reason, and is written to once, later."""
    journal = line.journal.of(live.id)
    assert journal == [("armed", ""), ("gone", reason)]
    rows: list[Any] = []
    async with asyncio.timeout(PATIENCE_S):
        while not rows or rows[0].state != "scheduled":
            rows = await line.rows("survey_invitation")
            await pause()
    (one,) = rows
    assert (one.value_norm, one.agent) == (MOBILE, "ayse")
    assert one.due_at > line.journal.at(live.id, "gone")
    assert await line.rows("text_message") == []


async def test_who_leaves_first_is_missed_and_one_text_is_scheduled(texting: SipAsked) -> None:
    async with texting.desk.sip.phone(MOBILE) as caller, texting.desk.sip.phone("ayse") as ayse:
        await texting.desk.works(ayse)
        dialog, leg, live = await texting.talking(caller, ayse)
        await caller.bye(dialog)
        await is_over(ayse, leg)
        await one_text_is_scheduled(texting, live, "caller_left_first")


async def test_who_is_handed_outside_by_refer_is_missed_and_one_text_is_scheduled(
    texting: SipAsked,
) -> None:
    async with texting.desk.sip.phone(MOBILE) as caller, texting.desk.sip.phone("ayse") as ayse:
        await texting.desk.works(ayse)
        dialog, leg, live = await texting.talking(caller, ayse)
        await ayse.bye(leg)
        refer = await caller.wait(lambda m: m.method == "REFER")
        assert refer["refer-to"] == "<sip:desk@127.0.0.9:5070>"
        caller.reply(refer, 202, "Accepted")
        dialog.cseq += 1
        done = "Event: refer\r\nSubscription-State: terminated"
        fragment = "message/sipfrag;version=2.0"
        caller.send(
            caller.request(
                "NOTIFY", dialog, body="SIP/2.0 200 OK\r\n", content=fragment, extra=done
            )
        )
        await is_over(caller, dialog)
        await one_text_is_scheduled(texting, live, "transferred_out")


async def both_end(line: SipAsked, phones: tuple[SipPhone, SipPhone], dice: random.Random) -> str:
    """A talk that both sides end within a tenth of a second; what became of the survey."""
    caller, agent = phones
    caller.user = f"+90532{dice.randrange(10**7):07}"
    caller.heard.clear()
    dialog, leg, live = await line.talking(caller, agent, len(invites(agent)))
    ends = [(caller, dialog), (agent, leg)]
    dice.shuffle(ends)
    for place, (phone, side) in enumerate(ends):
        await pause(dice.choice([0, 0.01, 0.05, 0.1]) * place)
        side.cseq += 1
        phone.send(phone.request("BYE", side))
    await line.is_over(live)
    state, reason = await line.state(live)
    journal = line.journal.of(live.id)
    assert state == "missed"
    assert ("offered", "") in journal or reason == "caller_left_first"
    assert sum(name in {"offered", "scheduled"} for name, _about in journal) <= 1
    assert sum(name == "gone" for name, _about in journal) == 1
    await line.desk.free(agent.user)
    return reason


async def test_both_hang_up_at_once_and_there_is_one_result_each_time(line: SipAsked) -> None:
    """A thousand orders of the same: tests/runtime/surveys/test_surveyor.py."""
    dice = random.Random(20261122)  # noqa: S311 - no secret
    found = set()
    for name in ("ayse", "can"):
        async with line.desk.sip.phone() as caller, line.desk.sip.phone(name) as agent:
            await line.desk.works(agent)
            found |= {await both_end(line, (caller, agent), dice) for _time in range(MOST_OFFERS)}
            await line.desk.floor.ask(name, "set_break", reason="lunch", by=name)
    assert "caller_left_first" in found
    assert found <= {"caller_left_first", "caller_left_at_handoff"}


async def test_hanging_up_in_the_middle_keeps_what_was_given(line: SipAsked) -> None:
    async with line.desk.sip.phone() as caller, line.desk.sip.phone("ayse") as ayse:
        await line.desk.works(ayse)
        dialog, leg, live = await line.talking(caller, ayse)
        caller.press(dialog, "31")  # during the talk: no score
        await ayse.until(lambda: any(_is_key(one, ayse, 1) for one in ayse.rtp))
        await ayse.bye(leg)
        await line.presses(live, caller, dialog, begin="2", ask_csat="4")
        await line.asks(live, "ask_nps")
        assert await line.scores(live) == {"csat": 4}, "the key of the offer is none either"
        await caller.bye(dialog)
        await line.is_over(live)
        assert await line.state(live) == ("partial", "")
        assert await line.scores(live) == {"csat": 4}


def _is_key(packet: Rtp, phone: SipPhone, key: int) -> bool:
    """Whether a telephone has got this key: the last of several, which come one by one."""
    return packet.pt == phone.event_pt and packet.payload[0] == key
