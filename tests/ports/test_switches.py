"""What switches that are set by hand promise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.runtime.ports.supervision.switches import HandSwitch

if TYPE_CHECKING:
    from ivr.runtime.ports import Store

NOON = datetime(2026, 11, 23, 12, 0, 0, 250_001, tzinfo=UTC)
FIRE = HandSwitch("emergency", True, "şule", "yangın alarmı", NOON, NOON + timedelta(hours=2))


async def test_a_switch_comes_back_as_it_was_set(store: Store) -> None:
    endless = replace(FIRE, name="branch", on=False, until=None)
    for one in (FIRE, endless):
        await store.switches.put(one)
    assert list(await store.switches.all()) == [endless, FIRE]


async def test_a_switch_set_again_is_as_it_was_set_last(store: Store) -> None:
    await store.switches.put(FIRE)
    later = replace(FIRE, on=False, by="deniz", until=None)
    await store.switches.put(later)
    assert list(await store.switches.all()) == [later]


async def test_a_switch_taken_back_is_gone(store: Store) -> None:
    await store.switches.put(FIRE)
    assert await store.switches.remove("emergency")
    assert not await store.switches.remove("emergency")
    assert list(await store.switches.all()) == []


async def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="naive"):
        await store.switches.put(replace(FIRE, since=NOON.replace(tzinfo=None)))
