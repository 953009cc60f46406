"""What a queue says by itself to those whom it offers to call them back."""

from __future__ import annotations

from ivr.engine.verbs import callback_words


def test_the_offer_names_the_key_in_the_callers_language() -> None:
    turkish, english = callback_words.offer("tr", "3"), callback_words.offer("en", "3")
    assert turkish.text == "Beklemeden sizi geri aramamızı isterseniz 3 tuşuna basın."
    assert english.text == "If you would rather be called back than wait, press 3."
    assert turkish.seconds > 2


def test_where_a_language_has_no_words_it_is_said_in_english() -> None:
    said = callback_words.booked("de")
    assert (said.language, said.text) == ("en", "We will call you back. Goodbye.")
