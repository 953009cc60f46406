"""By SIP, with keys as telephones send them: no agent is rung up while a number is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.sip_agents import SipDesk, answers, invites
from tests.fakes.sip_served import need_espeak

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

WAITING = """\
flow: waiting
version: 1
languages: [tr, en]
start: begin
uses: {queues: [general], flows: [entry]}
rescue: {error: sorry}
nodes:
  begin:
    - queue: general
      wait: {flow: entry}
      longest: 5m
      full: sorry
      timeout: sorry
      nobody: sorry
      done: sorry
  sorry:
    - hangup: bye
"""
ENTRY = """\
flow: entry
version: 1
languages: [tr, en]
start: ask
outputs: {number: digits?}
nodes:
  ask:
    - ask: bye
      into: number
      digits: 4
      first: 25s
      giveup: exit.done
      unbroken: true
    - go: exit.done
"""
PROMPTS = 'bye: {tr: "Numaranız?", en: "Your number?"}\n'


def states(desk: SipDesk) -> list[str]:
    """What is said of those who wait."""
    return [row["state"] for row in desk.floor.waiting("general")]


async def test_an_agent_rings_as_soon_as_the_number_is_entered(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_espeak()
    monkeypatch.chdir(tmp_path)
    flows = tmp_path / "flows"
    flows.mkdir()
    for name, text in {"waiting": WAITING, "entry": ENTRY}.items():
        (flows / f"{name}.yaml").write_text(text, encoding="utf-8")
        (flows / f"{name}.prompts.yaml").write_text(PROMPTS, encoding="utf-8")
    desk = await SipDesk.start(tmp_path, tmp_path_factory.getbasetemp() / "sounds")
    async with (
        desk.sip.phone("other") as other,
        desk.sip.phone() as caller,
        desk.sip.phone("ayse") as ayse,
    ):
        await desk.works(ayse)
        first = await other.call("waiting")
        await answers(ayse)
        await desk.until("ayse", "talking")
        line = await caller.call("waiting")
        await desk.soon(lambda: states(desk) == ["held"], lambda: states(desk))
        await other.bye(first)
        await desk.free("ayse")
        assert (desk.state("ayse"), states(desk)) == ("available", ["held"])
        caller.press(line, "1234")
        await answers(ayse, 1)
        await desk.until("ayse", "talking")
        assert len(invites(ayse)) == 2
    await desk.close()
