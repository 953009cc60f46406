"""Every key is described, and every documented one is used by some test of this folder."""

from __future__ import annotations

from pathlib import Path

from ivr.config.reference import every_key

HERE = Path(__file__).resolve().parent


def test_every_key_has_a_meaning() -> None:
    assert [key.path for key in every_key() if len(key.meaning) < 10] == []


def test_the_keys_of_entries_are_found_under_their_section() -> None:
    paths = [key.path for key in every_key()]
    for path in ("zone", "web.listen", "trunks.NAME.auth_token", "sources.NAME.breaker.in"):
        assert path in paths
    assert "sources.NAME.table" in paths
    assert "numbers.NAME.flow" in paths


def test_only_what_has_no_default_is_needed() -> None:
    needed = {key.path for key in every_key() if key.needed}
    assert "zone" in needed
    assert "trunks.NAME.auth_token" in needed
    assert "web" not in needed


def test_every_key_is_exercised_by_a_test() -> None:
    """By a test of the configuration or of the sources, under its own name followed by a colon."""
    files = [*HERE.glob("*.txt"), *HERE.rglob("test_*.py"), *HERE.parent.glob("cti/sources/*.py")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    names = {key.path.rpartition(".")[2] for key in every_key()}
    assert sorted(name for name in names if f"{name}:" not in text) == []
