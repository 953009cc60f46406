"""What is looked at once a second."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from prometheus_client.registry import REGISTRY

from ivr.channels.sip.agents import Presence
from ivr.channels.sip.upkeep.seconds import Seconds
from ivr.runtime.memory.clock import settle

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from tests.fakes.sip_rig import Rig


class FakeStack:
    """An address without phones. broken: the next look fails."""

    registrar, watch = "", None

    def __init__(self) -> None:
        self.identities = SimpleNamespace(
            registrar=SimpleNamespace(expired=lambda _now: [], live=lambda _now: [])
        )
        self.phones = self
        self.broken = 0
        self.looks = self.refreshed = 0
        self.dropped = {"stray": 0}
        self.turned_away = {"udp_noise": 0}

    def note_security(self) -> None:
        """A look begins."""
        self.looks += 1
        if self.broken:
            self.broken -= 1
            raise RuntimeError

    def changed(self, _changes: Sequence[object]) -> None:
        """No phone comes or goes."""

    async def refresh(self) -> None:
        """The users are read anew."""
        self.refreshed += 1


def shown(name: str, **labels: str) -> float:
    """A figure as it is now; 0 if it was never told."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_each_second_counts_are_shown_and_each_fifth_the_users_are_read(rig: Rig) -> None:
    made = FakeStack()
    seconds = Seconds(cast("Any", made), Presence().look, rig.desk.clock)
    stray = shown("ivr_sip_dropped_total", kind="stray")
    noise = shown("ivr_sip_turned_away_total", reason="udp_noise")
    work = rig.desk.tasks.start(seconds.run(), "seconds")
    for _ in range(5):
        made.dropped["stray"] += 1
        made.turned_away["udp_noise"] += 2
        await settle()
        await rig.desk.clock.advance(1)
    assert (made.looks, made.refreshed) == (5, 1)
    assert shown("ivr_sip_dropped_total", kind="stray") == stray + 5
    assert shown("ivr_sip_turned_away_total", reason="udp_noise") == noise + 10
    work.cancel()


async def test_a_bug_costs_one_second(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    made = FakeStack()
    made.broken = 1
    seconds = Seconds(cast("Any", made), Presence().look, rig.desk.clock)
    work = rig.desk.tasks.start(seconds.run(), "seconds")
    for _ in range(2):
        await settle()
        await rig.desk.clock.advance(1)
    assert made.looks == 2
    assert caplog.messages == ["sip_second_failed"]
    work.cancel()
