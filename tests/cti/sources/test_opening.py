"""Opening every source of a configuration."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.config.load import load_config
from ivr.config.world import to_world
from ivr.cti.sources.opening import open_sources
from ivr.domain.errors import ConfigError
from ivr.domain.values import Sealed
from ivr.runtime.memory.clock import VirtualClock

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]
TEXT = """
zone: UTC
sources:
  web: {get: "https://crm.example/?p={p}", takes: {p: phone}, gives: {id: text}}
  one: {table: one.csv, match: {phone: p}, takes: {p: phone}, gives: {id: text}}
  two: {table: two.yaml, match: {phone: p}, takes: {p: phone}}
  none: {table: none.yaml, match: {phone: p}, takes: {p: phone}}
"""


def read(files: dict[str, bytes]) -> object:
    """A reader of these files."""

    def read_file(path: Path) -> bytes:
        if str(path) not in files:
            raise FileNotFoundError(2, "No such file or directory")
        return files[str(path)]

    return read_file


async def test_tables_are_read_and_web_services_are_not_asked_yet() -> None:
    config = load_config({"c.yaml": TEXT.encode()}, {}, now=NOW)
    files = {"one.csv": b"id,phone\nC-1,0532 111 22 33\n", "two.yaml": b"[]", "none.yaml": b"[]"}
    opened = open_sources(config, to_world(config, NOW), VirtualClock(), read(files))  # type: ignore[arg-type]
    assert sorted(opened.by_name) == ["none", "one", "two", "web"]
    found = await opened.by_name["one"].fetch({"p": "+905321112233"}, 1.5)
    assert found.record == {"id": "C-1"}
    await opened.close()


def test_everything_wrong_in_every_table_is_told_at_once() -> None:
    config = load_config({"c.yaml": TEXT.encode()}, {}, now=NOW)
    files = {"one.csv": b"id,phone\nC-1,x\n,0532 111 22 33\n", "two.yaml": b"a: b"}
    with pytest.raises(ConfigError) as caught:
        open_sources(config, to_world(config, NOW), VirtualClock(), read(files))  # type: ignore[arg-type]
    assert [str(each) for each in caught.value.problems] == [
        'c.yaml:7:17 C140 error the table "none.yaml" cannot be read: No such file or directory',
        "one.csv:2:1 C142 error phone is not a phone",
        'one.csv:3:1 C142 error this row has no "id"',
        "two.yaml:1:1 C142 error a table is a list of rows",
    ]


async def test_the_demo_bank_knows_its_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    config = load_config("config.yaml", {}, now=NOW)
    clock = VirtualClock()
    opened = open_sources(config, to_world(config, NOW), clock).by_name
    ayse = await opened["customer"].fetch({"phone": "+905321112233"}, 2.0)
    assert (ayse.record["id"], ayse.record["language"]) == ("C-9", "tr")
    nameless = await opened["customer"].fetch({"phone": "+905321112204"}, 2.0)
    assert nameless.record["name"] is None
    assert (await opened["customer"].fetch({"phone": "+905321119999"}, 2.0)).result == "missing"
    pins = opened["pin_check"]
    for pin, good in (("1234", True), ("4321", False)):
        verdict = await pins.fetch({"customer": "C-9", "pin": Sealed(pin)}, 3.0)
        assert verdict.record == {"ok": good}


def test_the_demo_has_a_vip_an_english_speaker_and_one_without_a_name() -> None:
    text = (ROOT / "flows" / "data" / "customers.yaml").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(rows) == 8
    assert any("vip: true" in row for row in rows)
    assert any("language: en" in row for row in rows)
    assert any("name:" not in row for row in rows)
