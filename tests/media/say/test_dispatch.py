"""Every format of the table is worded, with its argument, in every language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ivr.media.say import FORMATS, LANGUAGES, FormatError, When
from ivr.media.say.dispatch import word


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_format_and_a_bad_argument_are_refused(language: str, when: When) -> None:
    spoken = LANGUAGES[language].spoken
    with pytest.raises(FormatError, match='no format "shout"'):
        word(spoken, "shout", "", Decimal(1), when)
    with pytest.raises(FormatError, match="number takes no argument"):
        word(spoken, "number", "4", Decimal(1), when)
    with pytest.raises(FormatError, match="plain text takes no argument"):
        word(spoken, "", "4", "a", when)


def test_spaces_around_the_counted_words_do_not_matter(when: When) -> None:
    spoken = LANGUAGES["en"].spoken
    assert word(spoken, "count", " new message , new messages ", Decimal(2), when) == (
        "two new messages"
    )


def test_every_format_of_the_table_is_worded(when: When) -> None:
    spoken = LANGUAGES["tr"].spoken
    for fmt in FORMATS:
        argument = "a,b" if fmt == "count" else ""
        with pytest.raises(FormatError, match="needs"):
            word(spoken, fmt, argument, None, when)
