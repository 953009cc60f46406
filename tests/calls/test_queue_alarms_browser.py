"""An alarm on the wallboard of a real server: it shows, is acknowledged, and goes with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.office import opened, takes_on

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from tests.fakes.served import Process

ALARM = """alarms:
  - {name: lonely, metric: agents_on_duty, queue: cards, fire: {below: 0.5}, clear: {above: 0.6}}
"""
SOON_MS = 10_000


async def test_a_supervisor_sees_and_acknowledges_it_until_it_is_taken_out(
    folder: Path, start: Callable[[], Awaitable[Process]]
) -> None:
    config = folder / "config.yaml"
    without = config.read_text(encoding="utf-8")
    config.write_text(without.replace("\nqueues:\n", f"\n{ALARM}\nqueues:\n"), encoding="utf-8")
    async with opened(await start()) as office:
        await office.first_admin()
        admin = await office.signs_in("deniz", "/wallboard")
        await takes_on(office, admin, "ayse", "Ayşe Demir")
        words = ("--role", "supervisor", "--display", "Selin Ak", "--team", "card_desk")
        await office.by_command("selin", *words)
        selin = await office.signs_in("selin", "/wallboard")
        row = '[data-alarm="lonely"]'
        await selin.wait_for_selector(f'{row}:has-text("Agents on duty 0")', timeout=SOON_MS)
        await selin.click('[data-act="alarm-lonely"]')
        for page in (selin, admin):
            await page.wait_for_selector(f'{row}:has-text("seen by selin")', timeout=SOON_MS)
        config.write_text(without, encoding="utf-8")
        for page in (selin, admin):
            await page.wait_for_selector(row, state="detached", timeout=20_000)
