"""The bank of the worked example: its files, and the world its config.yaml describes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from ivr.domain.calendar import Calendar
from ivr.flow.types import Type, parse_type
from ivr.flow.world import SourceShape, World
from ivr.surveys.files.loading import as_flows

FLOWS = Path(__file__).resolve().parents[2] / "flows"
NAMES = ("bank.yaml", "identify.yaml", "prompts.yaml")
ASKED = ("ask_last_four", "ask_day", "invoice_number", "machine_number")
"""Prompts of flows/prompts.yaml that forms in flows/tickets/catalogue.yaml are asked with."""
ZONE = ZoneInfo("Europe/Istanbul")
_DAY, _SATURDAY = ((9 * 60, 18 * 60),), ((10 * 60, 14 * 60),)


def bank_files() -> dict[str, bytes]:
    """The flows of the example as the loader takes them."""
    return {f"flows/{name}": (FLOWS / name).read_bytes() for name in NAMES}


def asking_bank_files() -> dict[str, bytes]:
    """The same, with what the survey of the example is compiled to."""
    path = "flows/surveys/support.yaml"
    survey = as_flows({path: (FLOWS / "surveys/support.yaml").read_bytes()})
    return {**bank_files(), **survey}


def bank_world() -> World:
    """The world of flow-example.md section 5; of the holidays only the half day of its test."""
    branch = Calendar(
        ZONE,
        (_DAY, _DAY, _DAY, _DAY, _DAY, _SATURDAY, ()),
        exceptions={date(2026, 12, 31): ((9 * 60, 13 * 60),)},
        holidays={date(2026, 5, 26): ((9 * 60, 13 * 60),)},
    )
    return World(
        zone=ZONE,
        calendars={"branch": branch},
        sources={shape.name: shape for shape in (_customer(), _card_block(), _pin_check())},
        queues=("cards", "loans", "general"),
        places={"vip_desk": ("tr", "en")},
        surveys=("support",),
        numbers={"+908502220000": "bank"},
        asked_prompts=frozenset(ASKED),
    )


def _types(**written: str) -> dict[str, Type]:
    return {name: parse_type(text, currency="TRY", records={}) for name, text in written.items()}


def _customer() -> SourceShape:
    gives = _types(id="text", name="text?", vip="bool", balance="money", language="language?")
    return SourceShape("customer", _types(phone="phone"), gives, limit_s=2.0, not_found=True)


def _card_block() -> SourceShape:
    takes = _types(card="sealed digits", customer="text?")
    return SourceShape("card_block", takes, {}, takes_sealed=True, repeatable=False)


def _pin_check() -> SourceShape:
    takes = _types(customer="text", pin="sealed digits")
    gives = _types(ok="bool")
    return SourceShape("pin_check", takes, gives, takes_sealed=True, repeatable=False)
