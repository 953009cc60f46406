"""What the floor is told of the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.app.floor import Rulebook, _place, _title
from ivr.config.live import LiveConfig
from ivr.config.load import load_config
from ivr.runtime.memory.clock import START
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.config.model import Config


def config(folder: Path) -> Config:
    return load_config(shipped(folder), {}, now=START)


def test_rules_are_made_once_for_each_configuration(tmp_path: Path) -> None:
    live = LiveConfig(config(tmp_path))
    rules = Rulebook(live)
    first = rules()
    assert rules() is first
    live.now = config(tmp_path)
    assert rules() is not first
    assert rules() == first


def test_a_queue_is_called_as_the_call_centre_calls_it(tmp_path: Path) -> None:
    assert _title(config(tmp_path), "cards") == "Kartlar"
    assert _title(config(tmp_path), "no such queue") == "no such queue"


def test_only_places_and_their_numbers_are_reached(tmp_path: Path) -> None:
    settings = config(tmp_path)
    assert _place(settings, "vip_desk", "tr") == "+902125550001"
    assert _place(settings, "vip_desk", "de") == ""
    assert _place(settings, "+902125550002", "tr") == "+902125550002"
    assert _place(settings, "+902125559999", "tr") == ""
