"""Sealing for tests: readable again, but no plain text."""

from __future__ import annotations

from ivr.runtime.memory.keys import PlainKeys


def test_what_was_sealed_opens_again() -> None:
    keys = PlainKeys()
    sealed = keys.seal(keys.new_key(), "4532015112830366 ş")
    assert "4532" not in sealed
    assert keys.unseal(keys.new_key(), sealed) == "4532015112830366 ş"
