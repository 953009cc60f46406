"""`ivr acd why CALL`, of a call that a running centre has given to an agent."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.acd.words import Decided
from ivr.cli.outcome import CANNOT_RUN, GOOD
from ivr.cli.routing.telling_why import why
from ivr.runtime.ports.desk import GroupBatch
from tests.acd.house import House, card, only, queue
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from tests.fakes.project import Project

FILE, DATABASE = Path("config.yaml"), Path("var/ivr.db")


@pytest.fixture
def call(project: Project) -> str:
    """A call that was given to somebody."""
    assert project is not None
    record = only(House(queue(), agents=[card("ada", 1)]).call("t1"), Decided)[0].record

    async def kept() -> None:
        store = open_fresh(f"sqlite:///{DATABASE}", create=True)
        epoch, seq = await store.groups.claim("g1")
        await store.groups.append(GroupBatch("g1", epoch, seq + 1, (), (), [record]))
        await store.close()

    DATABASE.parent.mkdir(exist_ok=True)
    asyncio.run(kept())
    return str(record["call"])


def test_each_decision_about_a_call_is_told(call: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert why(call, "en", FILE) == GOOD
    first, chosen, alone = capsys.readouterr().out.splitlines()
    assert "agent ada: queue q" in first
    assert chosen == "  chosen by longest_idle: free for the longest time"
    assert alone == "  no other agent was free for this call"


def test_a_call_about_which_nothing_was_decided_is_named(
    call: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert why(f"{call}-x", "tr", FILE) == CANNOT_RUN
    assert f"no decision is kept about a call {call}-x" in capsys.readouterr().err
