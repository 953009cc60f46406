"""The same caller on the simulator, by SIP, at the webhook provider and by text: equal answers.

One survey has every way of answering in it: a scale, 0 to 10 with one key and silence, with two,
with two that are no number of it, skipped, said again, and zero.
"""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from ivr.runtime.ports.compliance import SMS, ConsentNew
from ivr.runtime.ports.customers import Act
from ivr.store.tables import METADATA
from tests.fakes.asked_callers import AskedCallers
from tests.fakes.pause import pause
from tests.fakes.served import Phone
from tests.fakes.sip_served import need_espeak
from tests.fakes.sip_surveyed import sip_asked, sounds
from tests.fakes.survey_journal import Line, SurveyJournal
from tests.fakes.surveyed import ANI, Surveyed
from tests.fakes.twilio_floor import AYSE, asking_centre

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from ivr.runtime.live import LiveCall

SURVEY = """\
survey: support
version: 1
languages: [tr, en]
offer:
  say: {tr: "Kısa sorular.", en: "Some short questions."}
  opt_out_key: "9"
questions:
  csat: {type: scale, low: 1, high: 5, score: csat, key: true, say: {tr: "Puan?", en: "Score?"},
    text: {tr: "Puan? 1 kötü 5 iyi. Çıkmak için IPTAL", en: "Score? 1 bad 5 good. To leave STOP"}}
  one: {type: nps, score: nps, say: {tr: "Bir?", en: "One?"}}
  ten: {type: nps, score: none, say: {tr: "On?", en: "Ten?"}}
  eleven: {type: nps, score: none, say: {tr: "On bir?", en: "Eleven?"}}
  skipped: {type: nps, score: none, on: [voice], required: false, say: {tr: "Geç?", en: "Skip?"}}
  again: {type: nps, score: none, on: [voice], required: false, say: {tr: "Bir daha?", en: "More?"}}
  zero: {type: nps, score: none, say: {tr: "Sıfır?", en: "Zero?"}}
plans:
  after_call: {when: post_call, rate: 100%, seed: s, media: [voice, sms], delay: 1s}
"""
PRESSED = ("4", "1", "10", "11", "7", "#", "*", "3", "0")
"""One after the other; 11 is no answer, so that the question is asked again and 7 is; * is none."""
BETWEEN_S, BEFORE_S, LONGER_S = 0.15, 2.5, 4.0
"""Between the two keys of one answer, before the next, and after a key that might have a second."""
JOURNAL: list[Line] = [
    ("armed", ""),
    ("offered", ""),
    ("csat", ("4", 1, 4)),
    ("one", ("1", 1, 1)),
    ("ten", ("10", 1, 10)),
    ("eleven", ("7", 2, 7)),
    ("again", ("3", 2, 3)),
    ("zero", ("0", 1, 0)),
    ("completed", ""),
]
WRITTEN = ("4", "1", "10", "11", "7", "0")
PATIENCE_S = 20.0
GIVEN = {"csat": 4, "one": 1, "ten": 10, "eleven": 7, "zero": 0}
"""What a text can ask: nothing is skipped or said again there."""


def timed(waited_for: str) -> Iterator[tuple[str, float]]:
    """The keys, and how long after the last ones. waited_for: those after which a second one is
    waited for."""
    for last, keys in pairwise(("", *PRESSED)):
        yield keys, LONGER_S if last and last in waited_for else BEFORE_S


def asked_of(journal: SurveyJournal, call: Any) -> list[Line]:  # noqa: ANN401
    """What was written; that nothing is left open at the end is no news."""
    return [line for line in journal.of(call) if line[0] != "gone"]


async def test_on_the_simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    asked = await AskedCallers.open(tmp_path, survey=SURVEY)
    journal = SurveyJournal(asked.centre.served.server.switch.store)  # type: ignore[arg-type]
    call = await asked.talking()
    await asked.presses(call, "3")
    asked.agent_leaves()
    await asked.clock.advance(0.5)
    await asked.presses(call, "2")
    for keys, before_s in timed("1"):
        await asked.clock.advance(before_s)
        for key in keys:
            await asked.presses(call, key)
            await asked.clock.advance(BETWEEN_S)
    await asked.clock.advance(30)
    assert asked_of(journal, call) == JOURNAL
    assert asked.said(call).count("survey_support_again") == 2
    talks = [one for one in (await asked.centre.record(call)).segments if one.kind == "talk"]
    assert [one.detail for one in talks] == ["ayse"], "0 is no way to an operator"
    await asked.close()


async def test_at_the_webhook_provider(tmp_path: Path) -> None:
    centre = await asking_centre(tmp_path, SURVEY)
    journal = SurveyJournal(centre.store)
    caller = await centre.ring()
    call = centre.live.id
    await centre.until_talking()
    await caller.press("3")
    await centre.run(30)
    await centre.exchange.hang_up(centre.exchange.agent(AYSE))
    await centre.run(1)
    await caller.press("2")
    for keys, before_s in timed("1730*#"):  # one Gather takes two keys, whatever the first one is
        await centre.run(before_s)
        await caller.press(keys, gap_s=BETWEEN_S)
    await centre.run(30)
    assert asked_of(journal, call) == JOURNAL
    assert caller.words.count("More?") == 2
    assert centre.exchange.rung(AYSE) == 1, "0 is no way to an operator"
    await centre.close()


async def test_by_sip(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_espeak()
    kept = tmp_path_factory.getbasetemp() / "sounds"
    async with (
        sip_asked(tmp_path, kept, monkeypatch, SURVEY) as line,
        line.desk.sip.phone() as caller,
        line.desk.sip.phone("ayse") as ayse,
    ):
        await line.desk.works(ayse)
        dialog, leg, live = await line.talking(caller, ayse)
        caller.press(dialog, "3")
        await ayse.until(lambda: any(one.pt == ayse.event_pt for one in ayse.rtp))
        await ayse.bye(leg)
        turn = 0
        for keys in ("2", *PRESSED):
            await line.desk.soon(lambda turn=turn: turn_of(live) > turn)  # type: ignore[misc]
            turn = turn_of(live)
            await sounds(caller)
            for place, key in enumerate(keys):
                await pause(BETWEEN_S * min(place, 1))
                caller.press(dialog, key)
        await line.is_over(live)
        assert asked_of(line.journal, live.id) == JOURNAL
        left = line.journal.at(live.id, "offered") - line.talked_until(live)
        assert left.total_seconds() < 1


def turn_of(live: LiveCall) -> int:
    """The turn in which keys are awaited; 0 = they are not."""
    listens = live.known.top.open.get("keys")
    return 0 if listens is None or live.known.top.flow == "line" else listens.turn


async def test_by_text(
    tmp_path: Path, sqlite_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = await Surveyed.open(tmp_path, sqlite_address, SURVEY)
    server, clock = asked.centre.served.server, asked.centre.clock
    assert server.texts is not None
    said = ConsentNew(ANI, SMS, "survey", "opt_in", "web_form")
    await server.texts.consents.say(said, Act("test", clock.now()))
    phone = Phone(await asked.centre.served.web.talk(), clock)
    await phone.send(texts=ANI)
    call = await asked.talks()
    await asked.centre.leaves(call)
    for words in WRITTEN:
        while (await phone.until("text"))["text"]["from"] == ANI:
            pass
        await phone.send(text=words)
    answer, asked_for = (METADATA.tables[name] for name in ("survey_answer", "survey_invitation"))
    states: Any = []
    state = select(asked_for.c.state)
    async with asyncio.timeout(PATIENCE_S):
        while states != ["completed"]:
            await clock.advance(0.25)
            await pause()
            states = await asked.store.database.read(lambda it: it.scalars(state).all())
    rows = await asked.store.database.read(
        lambda it: it.execute(select(answer.c.question, answer.c.value_num)).all()
    )
    assert dict(map(tuple, rows)) == GIVEN
    await phone.socket.close()
    await asked.centre.close()
