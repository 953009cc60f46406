"""Answers that are kept: for their time, beyond it while nobody answers, and never too many."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.channels.sip.endpoint import answers as module
from ivr.channels.sip.endpoint.answers import Answers
from ivr.runtime.tasks import Tasks

if TYPE_CHECKING:
    import pytest

A = "192.0.2.1"


@dataclass
class Names:
    """A name service in memory. `away`: it does not answer; `gate`: not before this is set."""

    addresses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    away: bool = False
    gate: asyncio.Event | None = None
    asked: list[str] = field(default_factory=list)

    async def __call__(self, name: str) -> tuple[tuple[str, ...], float]:
        self.asked.append(name)
        if self.gate is not None:
            await self.gate.wait()
        if self.away:
            raise OSError("nobody there")
        return self.addresses.get(name, ()), 60.0


async def test_a_name_service_that_is_away_gives_nothing_and_is_not_pestered() -> None:
    names = Names(away=True)
    answers = Answers(names, Tasks())
    assert await answers.get("sip.example") == ()
    assert await answers.get("sip.example") == ()
    assert names.asked == ["sip.example"]


async def test_an_answer_holds_for_its_time_and_outlives_the_name_service() -> None:
    names = Names({"sip.example": (A,)})
    answers = Answers(names, Tasks())
    await answers.get("sip.example")
    await answers.get("sip.example")
    assert len(names.asked) == 1
    known = answers._known["sip.example"]
    known.fresh_until_s = 0.0
    names.away = True
    assert await answers.get("sip.example") == (A,)
    assert len(names.asked) == 2
    known = answers._known["sip.example"]
    known.fresh_until_s = known.good_until_s = 0.0
    assert await answers.get("sip.example") == ()


async def test_a_question_is_put_once_however_many_wait_and_survives_who_gave_up() -> None:
    names = Names({"sip.example": (A,)}, gate=asyncio.Event())
    answers = Answers(names, Tasks())
    tasks = Tasks()
    waiting = [tasks.start(answers.get("sip.example"), "waiting") for _ in range(3)]
    while not names.asked:
        await _turn()
    waiting[0].cancel()
    assert names.gate is not None
    names.gate.set()
    assert await asyncio.gather(*waiting[1:]) == [(A,), (A,)]
    assert names.asked == ["sip.example"]


async def test_a_name_service_that_never_answers_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LOOKUP_S", 0.02)
    names = Names(gate=asyncio.Event())
    assert await Answers(names, Tasks()).get("sip.example") == ()


async def test_questions_at_a_time_and_answers_kept_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 1)
    monkeypatch.setattr(module, "NAMES", 2)
    names = Names(dict.fromkeys("abc", (A,)), gate=asyncio.Event())
    tasks = Tasks()
    answers = Answers(names, tasks)
    first = tasks.start(answers.get("a"), "first")
    while not names.asked:
        await _turn()
    assert await answers.get("b") == ()
    assert names.gate is not None
    names.gate.set()
    assert await first == (A,)
    for name in "bc":
        assert await answers.get(name) == (A,)
    assert sorted(answers._known) == ["b", "c"]


async def _turn() -> None:
    """Let the loop run once."""
    done = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(done.set_result, None)
    await done
