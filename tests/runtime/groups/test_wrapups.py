"""Notes and wrap-up codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import IllegalTransitionError, NotValidError
from ivr.runtime.memory.clock import settle
from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from pathlib import Path

    from ivr.domain.call import CallId
    from ivr.runtime.ports.desk import WrapupRow


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path, changes={"time: 30s, code: mandatory": "time: 30s"})
    yield made
    await made.close()


@pytest.fixture
async def strict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    """Every queue wants a code."""
    monkeypatch.chdir(tmp_path)
    general = "members: {teams: {back_office: {tier: 1}, card_desk: {tier: 2, offset: 30s}}}"
    wrapup = "\n    wrapup: {mode: skippable, time: 20s, code: mandatory}"
    made = await CallCentre.open(tmp_path, changes={general: general + wrapup})
    yield made
    await made.close()


async def talked(centre: CallCentre) -> CallId:
    """A talk that is over; its agent winds up."""
    await centre.works("ayse")
    call = await centre.waits()
    centre.phones["ayse"].answer()
    await centre.clock.advance(5)
    centre.phones["ayse"].hang_up()
    await centre.clock.advance(3)
    assert centre.state("ayse") == "wrapup"
    return call


async def said(centre: CallCentre, call: CallId) -> list[WrapupRow]:
    return list(await centre.served.server.switch.store.wrapups.of(call))


async def test_a_note_and_a_code_are_kept_with_the_call(centre: CallCentre) -> None:
    call = await talked(centre)
    await centre.floor.control(call, "wrapup-note", {"note": "sent a new card"}, "ayse")
    await centre.floor.ask("ayse", "wrapup_done", code="solved", by="ayse")
    (row,) = await said(centre, call)
    assert (row.agent, row.code, row.note) == ("ayse", "solved", "sent a new card")
    assert centre.state("ayse") == "available"


async def test_a_note_belongs_to_the_call_one_has_or_just_had(centre: CallCentre) -> None:
    call = await talked(centre)
    for who in ("can", "nobody"):
        with pytest.raises(IllegalTransitionError):
            await centre.floor.control(call, "wrapup-note", {"note": "x"}, who)


async def test_a_code_that_nobody_declared_is_refused(centre: CallCentre) -> None:
    await talked(centre)
    with pytest.raises(NotValidError, match="solved"):
        await centre.floor.ask("ayse", "wrapup_done", code="soled", by="ayse")
    assert centre.state("ayse") == "wrapup"


async def test_a_code_that_was_wanted_and_never_given_is_written_as_such(
    strict: CallCentre,
) -> None:
    call = await talked(strict)
    await strict.clock.advance(21)
    assert strict.state("ayse") == "available"
    (row,) = await said(strict, call)
    assert row.code == "uncoded"


async def test_a_code_that_is_slow_to_be_stored_is_never_written_as_missing(
    strict: CallCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = await talked(strict)
    kept = strict.served.server.switch.store.wrapups
    real, written = kept.code, list[str]()

    async def slow(about: str, agent: str, at: datetime, code: str) -> None:
        await settle()
        written.append(code)
        await real(about, agent, at, code)

    monkeypatch.setattr(kept, "code", slow)
    await strict.floor.ask("ayse", "wrapup_done", code="solved", by="ayse")
    await settle()
    assert written == ["solved"]
    (row,) = await said(strict, call)
    assert row.code == "solved"
