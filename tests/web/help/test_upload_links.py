"""A link says what it is for, and cannot be made by others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ivr.web.help.upload_links import UploadLinks

LINKS = UploadLinks(b"k" * 32)
UNTIL = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


@given(st.integers(1, 9_999_999_999), st.integers(0, 2_000_000_000))
def test_a_token_tells_its_ticket_and_its_end(number: int, after_s: int) -> None:
    wanted = UNTIL + timedelta(seconds=after_s)
    link = LINKS.read(LINKS.make(f"{number:09d}", wanted))
    assert link is not None
    assert int(link.ticket) == number
    assert timedelta() <= link.until - wanted < timedelta(minutes=1)


def test_a_number_keeps_its_zeros_and_each_token_is_another() -> None:
    one, two = (LINKS.read(LINKS.make("000000019", UNTIL)) for _ in range(2))
    assert one is not None
    assert two is not None
    assert one.ticket == "000000019"
    assert one.message_id != two.message_id


def test_a_token_fits_into_a_text_message() -> None:
    assert len(LINKS.make("260042174", UNTIL)) == 44


@given(st.integers(0, 43), st.sampled_from("ABCXYZabc019-_=!"))
def test_one_wrong_letter_makes_it_worthless(at: int, letter: str) -> None:
    token = LINKS.make("260042174", UNTIL)
    other = token[:at] + letter + token[at + 1 :]
    assert other == token or LINKS.read(other) is None


@given(st.text(max_size=60))
def test_anything_else_is_no_token(text: str) -> None:
    assert LINKS.read(text) is None


def test_another_server_cannot_make_one() -> None:
    assert LINKS.read(UploadLinks(b"x" * 32).make("260042174", UNTIL)) is None
