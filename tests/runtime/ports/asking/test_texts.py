"""What texts of surveys are known by."""

from __future__ import annotations

import pytest

from ivr.runtime.ports.asking.texts import first_text_of, text_key


def test_the_first_text_names_its_invitation() -> None:
    assert first_text_of(text_key("01KAJ9", 1)) == "01KAJ9"


@pytest.mark.parametrize("key", [text_key("01KAJ9", 2), "ticket:01KAJ9:1", "", "survey:01KAJ9"])
def test_later_texts_and_those_of_others_name_none(key: str) -> None:
    assert first_text_of(key) == ""
