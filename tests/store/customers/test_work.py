"""What goes with every operation."""

from __future__ import annotations

from ivr.store.customers.work import House


def test_the_key_of_official_numbers_is_never_shown() -> None:
    assert "secret" not in repr(House("TR", b"secret"))
