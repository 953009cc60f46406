"""A real `ivr serve` that speaks SIP, in a folder with one menu, to be killed and started again."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from typing import TYPE_CHECKING, Any

from tests.fakes.pause import pause
from tests.fakes.served import Process, shipped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PATIENCE_S = 20.0
MENU = """
flow: desk
version: 1
languages: [en]
start: begin
uses: {places: [pbx]}
rescue: {error: sorry}
listen: {first: 10s, between: 3s, tries: 3}
nodes:
  begin:
    - menu: hello
      keys: {"1": bye, "2": out}
      giveup: bye
  out:
    - transfer: pbx
      busy: sorry
      noanswer: sorry
      failed: sorry
      done: bye
  bye:
    - hangup: bye
  sorry:
    - hangup: sorry
"""
PROMPTS = """
hello: {en: "Hello. Please press one."}
bye: {en: "Goodbye."}
sorry: {en: "Sorry."}
"""


def with_pbx(address: str = "127.0.0.1:9") -> dict[str, str]:
    """The change to the configuration that the flow needs: where key 2 leads."""
    return {"places:\n": f"places:\n  pbx: {{sip: 'sip:101@{address}'}}\n"}


def menu_folder(folder: Path) -> None:
    """The flow `desk`: a menu that waits for a key; `with_pbx` names the place it rings up."""
    (folder / "flows").mkdir(exist_ok=True)
    (folder / "flows" / "desk.yaml").write_text(MENU)
    (folder / "flows" / "desk.prompts.yaml").write_text(PROMPTS)


def sip_folder(folder: Path, sounds: Path, changes: Mapping[str, str] | None = None) -> Path:
    """The shipped configuration with SIP on any free port, and the flow `desk`."""
    menu_folder(folder)
    media = f"media: {{sounds: {sounds}}}\nlimits: {{call: 2h}}"
    found = {"limits: {call: 2h}": media, **with_pbx(), **(changes or {})}
    return shipped(folder, found, sip=True)


def events(process: Process, event: str) -> list[dict[str, Any]]:
    """The lines of its log with this event."""
    lines = process.log.read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines if line.startswith("{")]
    return [each for each in found if each["event"] == event]


async def logged(process: Process, event: str) -> dict[str, Any]:
    """The first line with this event; fails if it does not come."""
    async with asyncio.timeout(PATIENCE_S):
        while not (found := events(process, event)):
            await pause()
    return found[0]


async def sip_port(process: Process) -> tuple[str, int]:
    """Where it listens for SIP."""
    host, _, port = str((await logged(process, "sip_listening"))["address"]).rpartition(":")
    return host, int(port)


def stored(folder: Path, question: str) -> list[tuple[Any, ...]]:
    """Rows out of its database, read beside it."""
    connection = sqlite3.connect(folder / "var" / "ivr.db")
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


async def until_stored(folder: Path, question: str) -> None:
    """Wait until a count out of its database is more than nothing."""
    async with asyncio.timeout(PATIENCE_S):
        while not stored(folder, question)[0][0]:
            await pause()
