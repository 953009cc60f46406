"""Queues and the agents there are: what is said at the start, and what a change may not do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.app.judging import brought_in, judge_agents
from ivr.config.load import load_config
from ivr.domain.problem import Position, Problem, Severity
from ivr.runtime.memory.clock import START
from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

OLD_NEED = "need: {cards: {min: 60}, language: {min: 50}}"


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


async def changed(centre: CallCentre, folder: Path, old: str, new: str) -> bool:
    """Change config.yaml and have the server take it over."""
    path = folder / "config.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return await centre.served.server.reconfigure(load_config(path, {}, now=START))


def places(centre: CallCentre) -> list[tuple[str, int]]:
    """Who waits for whom and at which place."""
    rows = [row for one in centre.floor.queues() for row in centre.floor.waiting(one["queue"])]
    return [(row["call"], row["position"]) for row in rows]


async def test_callers_keep_their_places_when_the_configuration_changes(
    centre: CallCentre, tmp_path: Path
) -> None:
    await centre.works("ayse")
    await centre.waits()
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    waiting = [await centre.waits(f"+90532000000{number}") for number in range(3)]
    before = places(centre)
    assert [call for call, _place in before] == waiting
    assert await changed(centre, tmp_path, OLD_NEED, "need: {cards: {min: 50}}")
    assert places(centre) == before
    await centre.clock.advance(1)
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(1)
    await centre.floor.ask("ayse", "wrapup_done", code="solved", by="ayse")
    await centre.clock.advance(1)
    assert centre.phones["ayse"].rings
    assert centre.floor.offers("ayse")[0]["call"] == waiting[0]


async def test_a_change_that_leaves_a_queue_without_agents_is_refused_and_said(
    centre: CallCentre, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await centre.works("ayse")
    await centre.waits()
    centre.phones["ayse"].answer()
    await centre.clock.advance(1)
    waiting = [await centre.waits() for _ in range(2)]
    none = "need: {loans: {min: 99}}"
    old = "need: {loans: {min: 50}, language: {min: 50}}\n    steps: [{after: 90s, drop: [loans]}]"
    assert not await changed(centre, tmp_path, old, none)
    said = [
        str(record.facts["problem"])
        for record in caplog.records
        if hasattr(record, "facts") and "problem" in record.facts
    ]
    assert any(
        "ACD-E04 error queues.loans: no agent can ever serve {loans 99..}" in x for x in said
    )
    assert centre.served.server.live.now.queues["loans"].need["loans"].min == 50
    assert [call for call, _place in places(centre)] == waiting


async def test_the_agents_of_the_example_can_serve_its_queues(centre: CallCentre) -> None:
    server = centre.served.server
    assert await judge_agents(server.config, server.switch.store.agents) == ()
    for name in ("ayse", "can"):
        row = await server.switch.store.agents.get(name)
        assert row is not None
        await server.switch.store.agents.save(replace(row, skills={"cards": 80, "tr": 100}))
    found = await judge_agents(server.config, server.switch.store.agents)
    codes = {problem.code for problem in found}
    assert codes == {"ACD-E04", "ACD-W01"}


async def test_what_is_wrong_at_the_start_is_said_but_the_server_starts(tmp_path: Path) -> None:
    centre = await CallCentre.open(tmp_path, ())
    [found] = [one for one in centre.served.server.warnings if one.code.startswith("ACD-")]
    assert found.severity is Severity.WARNING
    assert found.message.startswith("queues: there are no agents yet")
    await centre.close()


def test_only_errors_that_were_not_there_before_are_brought_in() -> None:
    def problem(message: str, line: int = 1, severity: Severity = Severity.ERROR) -> Problem:
        return Problem("ACD-E04", severity, Position("config.yaml", line, 1), message)

    old = [problem("cards"), problem("loans", severity=Severity.WARNING)]
    assert brought_in(old, [problem("cards", 7), problem("new", severity=Severity.WARNING)]) == []
    assert brought_in(old, [problem("other")]) == [problem("other")]
