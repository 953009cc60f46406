"""Parts of long texts: put together in any order, and read out of the header they come with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.texting.parts import GAP, is_whole, joined, part_of


@given(st.lists(st.text(min_size=1), min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_any_order_gives_one_text(parts: list[str], chance: object) -> None:
    numbered = list(enumerate(parts, 1))
    chance.shuffle(numbered)  # type: ignore[attr-defined]
    assert is_whole(len(parts), dict(numbered))
    assert joined(len(parts), dict(numbered)) == "".join(parts)


def test_a_text_is_not_whole_while_a_part_is_missing() -> None:
    assert not is_whole(3, {1: "a", 3: "c"})
    assert joined(3, {1: "a", 3: "c"}) == f"a{GAP}c"
    assert joined(4, {1: "a", 4: "d"}) == f"a{GAP}d"


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("0500030a0201", (10, 2, 1)),
        ("060804012c0302", (300, 3, 2)),
        ("0824010100037f0303", (127, 3, 3)),
        ("050003ff0200", None),
        ("050003ff0203", None),
        ("0500030a02", None),
        ("0003", None),
        ("", None),
        ("06050415c81581", None),
    ],
)
def test_headers_name_the_part_or_none(header: str, part: tuple[int, int, int] | None) -> None:
    assert part_of(bytes.fromhex(header)) == part


@given(st.binary(max_size=20))
def test_no_header_breaks_the_reader(header: bytes) -> None:
    found = part_of(header)
    assert found is None or 1 <= found[2] <= found[1]
