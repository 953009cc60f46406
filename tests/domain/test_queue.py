"""Ways out of a wait, as they are handed on and stored."""

from __future__ import annotations

import pytest

from ivr.domain.queue import WAYS, read_way, way_to


@pytest.mark.parametrize("kind", WAYS)
def test_a_way_is_read_as_it_was_written(kind: str) -> None:
    assert read_way(way_to(kind, "general")) == (kind, "general")
    assert read_way("") == ("", "")
