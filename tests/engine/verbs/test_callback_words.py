"""What a queue says by itself to those whom it offers to call them back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ivr.domain.slots import Slot
from ivr.engine.verbs import callback_words
from ivr.media.say import When

HOUSE = ZoneInfo("Europe/Istanbul")
NOW = When(datetime(2026, 11, 23, 12, tzinfo=HOUSE), HOUSE, "TR")
TODAY = Slot(datetime(2026, 11, 23, 14, tzinfo=HOUSE), datetime(2026, 11, 23, 16, tzinfo=HOUSE))
LATER = Slot(
    datetime(2026, 11, 24, 9, 30, tzinfo=HOUSE), datetime(2026, 11, 24, 11, 30, tzinfo=HOUSE)
)


def test_the_offer_names_the_key_in_the_callers_language() -> None:
    turkish, english = callback_words.offer("tr", "3"), callback_words.offer("en", "3")
    assert turkish.text == "Beklemeden sizi geri aramamızı isterseniz 3 tuşuna basın."
    assert english.text == "If you would rather be called back than wait, press 3."
    assert turkish.seconds > 2


def test_where_a_language_has_no_words_it_is_said_in_english() -> None:
    said = callback_words.booked("de", None, NOW)
    assert (said.language, said.text) == ("en", "We will call you back. Goodbye.")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "tr",
            "Sıranız gelir gelmez aramamız için 1 tuşuna basın. Bugün saat on dört ile on altı "
            "arasında aramamız için 2 tuşuna basın. Yarın saat dokuz otuz ile on bir otuz arasında "
            "aramamız için 3 tuşuna basın.",
        ),
        (
            "en",
            "To be called as soon as it is your turn, press 1. To be called today between two p m "
            "and four p m, press 2. To be called tomorrow between nine thirty a m and eleven "
            "thirty a m, press 3.",
        ),
    ],
)
def test_the_times_to_choose_from_are_told_with_their_keys(language: str, text: str) -> None:
    assert callback_words.choice(language, (TODAY, LATER), NOW).text == text


def test_the_goodbye_tells_the_time_that_was_chosen() -> None:
    turkish = callback_words.booked("tr", LATER, NOW)
    text = "Sizi yarın saat dokuz otuz ile on bir otuz arasında arayacağız. Hoşça kalın."
    assert turkish.text == text
    english = callback_words.booked("en", TODAY, NOW)
    assert english.text == "We will call you back today between two p m and four p m. Goodbye."
