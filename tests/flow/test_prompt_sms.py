"""SMS segments by 3GPP TS 23.038 and TS 23.040."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.prompt_sms import GSM7, UCS2, sms_segments


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 151, 2),  # an extension sign moves whole to the next part
        ("a" * 152 + "€" + "a" * 152, 3),
        ("Çöüß\n{}[]~^|\\\f", 1),
    ],
)
def test_a_text_in_the_gsm_alphabet(text: str, segments: int) -> None:
    assert sms_segments(text) == (segments, GSM7, None)


@pytest.mark.parametrize(
    ("text", "segments", "offender"),
    [
        ("ş" * 70, 1, "ş"),
        ("ş" * 71, 2, "ş"),
        ("ş" * 134, 2, "ş"),
        ("ş" * 135, 3, "ş"),
        ("😀" * 35, 1, "😀"),
        ("😀" * 36, 2, "😀"),
        ("😀" * 67, 3, "😀"),  # 33 pairs a part: the 67th unit stays empty
        ("Kartınız kapatıldı", 1, "ı"),
        ("a\x1bb", 1, "\x1b"),
    ],
)
def test_a_text_outside_the_gsm_alphabet(text: str, segments: int, offender: str) -> None:
    assert sms_segments(text) == (segments, UCS2, offender)


@pytest.mark.parametrize("letter", "ışŞğĞİç")
def test_these_turkish_letters_cost_a_dearer_alphabet(letter: str) -> None:
    assert sms_segments(f"Merhaba {letter}") == (1, UCS2, letter)


@pytest.mark.parametrize("letter", "ÇöÖüÜ")
def test_these_turkish_letters_do_not(letter: str) -> None:
    assert sms_segments(f"Merhaba {letter}") == (1, GSM7, None)


@given(st.text(max_size=400))
def test_a_longer_text_never_takes_fewer_segments(text: str) -> None:
    whole = sms_segments(text)
    assert sms_segments(text + "a").segments >= whole.segments
    assert (whole.encoding == UCS2) == (whole.offender is not None)
