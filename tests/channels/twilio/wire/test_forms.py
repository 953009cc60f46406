"""Form posts: every field kept as sent, nothing raised for strange text, abuse refused."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.twilio.wire.forms import (
    MAX_FIELDS,
    CallStatus,
    Form,
    FormError,
    call_status,
    is_machine,
    parse_form,
)
from ivr.domain.call import Cause

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def test_an_empty_body_is_a_form_without_fields() -> None:
    assert parse_form(b"") == Form()


def test_blanks_are_kept_and_nothing_is_trimmed() -> None:
    form = parse_form(b"Digits=&Body=+hi%20&From=%2B905321112233")
    assert form.pairs == (("Digits", ""), ("Body", " hi "), ("From", "+905321112233"))


def test_doubled_names_stay_in_the_order_sent_and_one_gives_the_first() -> None:
    form = parse_form(b"a=2&b=x&a=1&a=1")
    assert form.pairs == (("a", "2"), ("b", "x"), ("a", "1"), ("a", "1"))
    assert form.one("a") == "2"
    assert form.one("absent") == ""


def test_only_the_first_equals_sign_splits() -> None:
    assert parse_form(b"a=b=c").pairs == (("a", "b=c"),)


def test_escaped_separators_belong_to_the_text() -> None:
    assert parse_form(b"a%3D%26=b%26c%3D1").pairs == (("a=&", "b&c=1"),)


@pytest.mark.parametrize("raw", [b"%ff", b"%C3", b"%ED%A0%80", b"\xff", b"\xed\xa0\x80", b"%c0%80"])
def test_octets_that_are_no_utf8_become_marks_and_never_fail(raw: bytes) -> None:
    form = parse_form(b"Body=" + raw)
    assert set(form.one("Body")) == {"\N{REPLACEMENT CHARACTER}"}
    form.one("Body").encode("utf-8")


def test_the_octets_under_a_signature_are_not_repaired() -> None:
    assert parse_form(b"Body=%ff%fe").octets == ((b"Body", b"\xff\xfe"),)


@pytest.mark.parametrize("raw", [b"%", b"%4", b"%zz", b"100%+sure"])
def test_a_stray_percent_sign_stands_for_itself(raw: bytes) -> None:
    assert parse_form(b"Body=" + raw).one("Body") == raw.decode().replace("+", " ")


@pytest.mark.parametrize("body", [b"a", b"&", b"a=1&", b"&a=1", b"a=1&&b=2", b"=1", b"a=1&b"])
def test_a_field_without_name_or_equals_sign_is_refused(body: bytes) -> None:
    with pytest.raises(FormError):
        parse_form(body)


def test_a_thousand_fields_pass_and_one_more_does_not() -> None:
    assert len(parse_form(b"&".join([b"a=1"] * MAX_FIELDS)).pairs) == 1_000
    with pytest.raises(FormError):
        parse_form(b"&".join([b"a=1"] * (MAX_FIELDS + 1)))


def test_digits_are_not_shown_when_a_form_is_printed() -> None:
    assert "4111" not in repr(parse_form(b"Digits=4111111111111111"))


@given(st.lists(st.tuples(NAMES, VALUES), max_size=20))
def test_what_a_browser_writes_is_read_back(pairs: list[tuple[str, str]]) -> None:
    assert parse_form(urlencode(pairs).encode()).pairs == tuple(pairs)


@given(st.binary(max_size=200) | st.text("a=&+%41é", max_size=60).map(str.encode))
def test_any_octets_give_a_form_or_one_error(body: bytes) -> None:
    try:
        form = parse_form(body)
    except FormError:
        return
    assert len(form.pairs) == len(form.octets)
    for name, value in form.pairs:
        (name + value).encode("utf-8")


@pytest.mark.parametrize(
    ("word", "cause"),
    [
        ("queued", None),
        ("ringing", None),
        ("in-progress", None),
        ("completed", Cause.NORMAL),
        ("busy", Cause.BUSY),
        ("failed", Cause.FAILED),
        ("no-answer", Cause.NO_ANSWER),
        ("canceled", Cause.CANCELLED),
    ],
)
def test_each_call_status_has_a_cause_or_goes_on(word: str, cause: Cause | None) -> None:
    status = call_status(word)
    assert status is not None
    assert status.cause is cause


def test_all_status_words_of_the_provider_are_covered() -> None:
    assert len(CallStatus) == 8


@pytest.mark.parametrize("word", ["", "Completed", "cancelled", " busy", "initiated", "\ud800"])
def test_an_unknown_status_is_no_news(word: str) -> None:
    assert call_status(word) is None


def test_machines_and_faxes_are_no_people_and_in_doubt_it_is_a_person() -> None:
    assert all(map(is_machine, ("machine_start", "machine_end_beep", "fax")))
    assert not any(map(is_machine, ("human", "unknown", "", "new_word")))
