"""What the server writes by itself fits one message, in each language."""

from __future__ import annotations

import pytest

from ivr.domain.texting.words import BACK, wish_of
from ivr.flow.prompt_sms import sms_segments
from ivr.surveys.texting.phrases import LANGUAGES, again, goodbye
from ivr.surveys.texting.reading import Wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fits_one_message(language: str) -> None:
    said = [
        again(Wanted(language, 0, 10)),
        again(Wanted(language, 1, 2, yesno=True)),
        again(Wanted(language, choices={"1": "fiber", "2": "mobil"})),
        goodbye(language),
    ]
    assert [sms_segments(each).segments for each in said] == [1] * len(said)


def test_they_say_what_may_be_written() -> None:
    assert "1 ile 5" in again(Wanted("tr", 1, 5))
    assert "from 0 to 10" in again(Wanted("en", 0, 10))
    assert "2 mobil" in again(Wanted("tr", choices={"1": "fiber", "2": "mobil"}))


def test_the_words_to_leave_and_return_by_are_understood() -> None:
    assert wish_of(goodbye("tr").split()[-2]) == BACK
    assert wish_of(goodbye("en").split()[-1]) == BACK


def test_a_language_without_phrases_is_answered_in_english() -> None:
    assert again(Wanted("az", 1, 5)) == again(Wanted("en", 1, 5))
