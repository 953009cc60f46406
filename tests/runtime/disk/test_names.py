"""Nothing but names of ours is ever looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import NotFoundError
from ivr.runtime.disk.names import fresh_name, is_name, name_in, place_of


def test_a_fresh_name_is_found_again_in_its_address() -> None:
    name = fresh_name()
    assert is_name(name)
    assert name != fresh_name()
    assert name_in(f"files:{name}", "files:") == name
    assert place_of(name) == [name[:2], name]


@given(st.text(max_size=40))
def test_whatever_else_stands_in_an_address_is_refused(text: str) -> None:
    for wrong in (text, f"files:{text}", f"files:{'ab' * 16}{text or '/'}", f"{'ab' * 16}"):
        with pytest.raises(NotFoundError):
            name_in(wrong, "files:")
