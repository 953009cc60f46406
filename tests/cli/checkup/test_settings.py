"""What `ivr doctor` says about the configuration, its key, folders, flows and tables."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.cli.checkup import settings
from ivr.config.load import load_config
from ivr.domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.cli.checkup.finding import Finding
    from ivr.config.model import Config

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[3]
TWILIO = "{provider: twilio, account: AC1, auth_token: '${env:SIGNED}'}"


def config(text: str, **environment: str) -> Config:
    raw = f"zone: Europe/Istanbul\n{text}".encode()
    return load_config({"config.yaml": raw}, environment, now=NOW)


def told(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return [(each.verdict.value, each.name) for each in findings]


def test_every_mistake_of_the_configuration_is_a_failure() -> None:
    with pytest.raises(ConfigError) as caught:
        config("flowz: {}\nwatch: true\n")
    found = list(settings.mistakes(caught.value))
    assert told(found) == [("fail", "config"), ("fail", "config")]
    assert "C101" in found[0].message


def test_a_warning_of_the_configuration_stays_a_warning() -> None:
    wide = config("database: postgresql://ivr:plain@db.example/ivr\n")
    [found] = settings.warnings(wide, Path("config.yaml"))
    assert found.verdict.value == "warn"
    assert "C112" in found.message
    assert told(settings.warnings(config(""), Path("config.yaml"))) == [("ok", "config")]


def test_the_demo_token_is_warned_of() -> None:
    written = f"trunks: {{main: {TWILIO}}}\n"
    assert told(settings.trunks(config(written, SIGNED="demo"))) == [("warn", "trunks")]
    assert told(settings.trunks(config(written, SIGNED="real-one"))) == [("ok", "trunks")]


def test_a_provider_needs_https_and_the_simulator_does_not() -> None:
    written = f"trunks: {{main: {TWILIO}}}\n"
    https = "web: {public_base: https://ivr.example}\n"
    assert told(settings.public_base(config(written, SIGNED="t"))) == [("warn", "public_base")]
    assert told(settings.public_base(config(https + written, SIGNED="t"))) == [
        ("ok", "public_base")
    ]
    simulator = config("trunks: {browser: {provider: simulator}}\n")
    assert told(settings.public_base(simulator)) == [("ok", "public_base")]


def test_the_master_key_must_be_whole_and_private(tmp_path: Path) -> None:
    key = tmp_path / "master.key"
    assert told(settings.master_key(key)) == [("ok", "master key")]
    key.write_bytes(b"k" * 32)
    key.chmod(0o600)
    assert told(settings.master_key(key)) == [("ok", "master key")]
    key.chmod(0o644)
    [found] = settings.master_key(key)
    assert (found.verdict.value, found.remedy) == ("fail", f"chmod 600 {key}")
    key.write_bytes(b"short")
    key.chmod(0o600)
    assert told(settings.master_key(key)) == [("fail", "master key")]


def test_a_folder_that_is_not_there_can_be_made(tmp_path: Path) -> None:
    written = f"recordings: {tmp_path}/rec\nkeys: {{file: {tmp_path}/master.key}}\n"
    found = list(settings.folders(config(written), tmp_path / "ivr.db"))
    assert told(found) == [("ok", "folder"), ("ok", "folder")]
    assert "can be made" in found[0].message


def test_a_folder_that_cannot_be_written_is_a_failure() -> None:
    found = list(settings.folders(config("recordings: /proc/nowhere\n"), None))
    assert told(found)[0] == ("fail", "folder")


def test_the_shipped_flows_and_tables_are_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    shipped = load_config(Path("config.yaml"), {}, now=NOW)
    found = list(settings.flows(shipped, NOW))
    assert [each for each in found if each.verdict.value == "fail"] == []
    assert told(found)[-1] == ("ok", "tables")


def test_a_flow_with_a_mistake_is_counted(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("flow: shop\nversion: 1\n", encoding="utf-8")
    found = list(settings.flows(config(f"flows: {{folder: {tmp_path}}}\n"), NOW))
    assert told(found)[0] == ("fail", "flows")
    assert "errors" in found[0].message


def test_a_table_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    written = (
        f"flows: {{folder: {tmp_path}}}\n"
        "sources: {stock: {table: nowhere.yaml, match: {name: item}, takes: {item: text}}}\n"
    )
    found = list(settings.flows(config(written), NOW))
    assert told(found)[-1] == ("fail", "tables")
    assert "C140" in found[-1].message
