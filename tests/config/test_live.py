"""What a running server takes over of a changed configuration, and what must wait."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.config.live import LiveConfig
from ivr.config.load import load_config

if TYPE_CHECKING:
    from ivr.config.model import Config

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
TEXT = """
zone: Europe/Istanbul
switches: {emergency: false, storm: false}
numbers: {"+908502220000": {flow: bank}}
limits: {call: 1h}
log: {level: info}
trunks:
  browser: {provider: simulator}
"""


def load(text: str) -> Config:
    return load_config({"config.yaml": text.encode()}, {}, now=NOW)


def test_switches_and_numbers_change_while_the_server_runs() -> None:
    live = LiveConfig(load(TEXT))
    fresh = TEXT.replace("emergency: false", "emergency: true").replace("bank", "pharmacy")
    merged, waiting = live.merged(load(fresh))
    assert waiting == ()
    assert merged.switches == {"emergency": True, "storm": False}
    assert merged.numbers["+908502220000"].flow == "pharmacy"
    assert live.now.switches["emergency"] is False


def test_listeners_and_trunks_wait_for_a_restart() -> None:
    live = LiveConfig(load(TEXT))
    fresh = TEXT.replace("browser", "phone").replace("level: info", "level: debug")
    merged, waiting = live.merged(load(fresh.replace("call: 1h", "call: 2h")))
    assert set(waiting) == {"trunks", "log"}
    assert list(merged.trunks) == ["browser"]
    assert merged.log.level == "info"
    assert merged.limits.call == 7200.0


def test_the_same_file_again_changes_nothing() -> None:
    live = LiveConfig(load(TEXT))
    merged, waiting = live.merged(load(TEXT))
    assert (merged, waiting) == (live.now, ())
