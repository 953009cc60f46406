"""What people type, as a question."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.fold import fold
from ivr.tickets.numbering import number_of, shown
from ivr.tickets.search import (
    FIELDS,
    Filter,
    Lookup,
    LookupKind,
    Query,
    SearchError,
    Term,
    parse_query,
    words,
)


def read(text: str) -> Query:
    """The search of somebody in Türkiye."""
    return parse_query(text, "TR")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IŞIK Işık ışık isik", ["isik"] * 4),
        ("KREDİ-kartı", ["kredi", "karti"]),
        ("a1b2 5kg 12e5 007", ["a1b2", "5kg", "12e5", "007"]),
        ("12e5x 1e5e5", ["12e5", "x", "1e5", "e5"]),
        ("٠٥٣٢ ５", ["0532", "5"]),
        ("ali@firma.com", ["ali", "firma", "com"]),
        ("ﬁn x² Ⅷ", ["fin", "x2", "viii"]),
        ("'; DROP -- :* | & !", ["drop"]),
        ("x" * 100, ["x" * 64]),
        ("...", []),
    ],
)
def test_a_text_is_letters_and_digits_to_a_database(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_all_words_have_to_be_there_and_the_last_may_go_on() -> None:
    assert read("Kredi  kartı").terms == (Term(("kredi",)), Term(("karti",), prefix=True))


def test_what_follows_the_last_word_does_not_end_it() -> None:
    found = read("kart -kargo status:open")
    assert found.terms == (Term(("kart",), prefix=True),)
    assert found.without == (Term(("kargo",)),)
    assert found.one_of("status") == ("open",)


def test_a_single_letter_is_a_whole_word() -> None:
    assert read("kredi k").terms[-1] == Term(("k",))


@pytest.mark.parametrize("marks", ['""', "“”", "„“", "«»"])
def test_a_phrase_is_whole_words_next_to_each_other(marks: str) -> None:
    found = read(f"{marks[0]}Hatalı tutar{marks[1]} -{marks[0]}iade yok{marks[1]}")
    assert found.terms == (Term(("hatali", "tutar"), quoted=True),)
    assert found.without == (Term(("iade", "yok"), quoted=True),)


def test_a_word_with_a_mark_inside_is_words_next_to_each_other() -> None:
    assert read("e-fatura").terms == (Term(("e", "fatura"), prefix=True),)


def test_fields_narrow_and_may_be_turned_round() -> None:
    found = read('Status:Open status:new -team:"Müşteri Hizmetleri" category:billing tag:VIP x')
    assert found.one_of("status") == ("open", "new")
    assert found.none_of("team") == ("musteri hizmetleri",)
    assert found.one_of("team") == ()
    assert found.filters[3:] == (Filter("category", "billing"), Filter("tag", "vip"))


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("from:2026-11-23", date(2026, 11, 23), None),
        ("to:23.11.2026", None, date(2026, 11, 23)),
        ("from:1/2/2026 to:2026-02-01", date(2026, 2, 1), date(2026, 2, 1)),
    ],
)
def test_days_are_read_as_people_write_them(
    text: str, since: date | None, until: date | None
) -> None:
    assert (read(text).since, read(text).until) == (since, until)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("260042174", [(LookupKind.TICKET, "260042174"), (LookupKind.CUSTOMER_NO, "260042174")]),
        ("260 042 174", [(LookupKind.TICKET, "260042174")]),
        ("[#260042174]", [(LookupKind.TICKET, "260042174")]),
        ("#260042174 status:open", [(LookupKind.TICKET, "260042174")]),
        ("260042175", [(LookupKind.CUSTOMER_NO, "260042175")]),
        ("0532 123 45 67", [(LookupKind.PHONE, "+905321234567")]),
        ("+90 (532) 123-45-67", [(LookupKind.PHONE, "+905321234567")]),
        ("Ali@Firma.COM", [(LookupKind.EMAIL, "ali@firma.com")]),
        ("c-000123", [(LookupKind.CUSTOMER_NO, "C-000123")]),
        ("kredi", []),
        ("ali 05321234567", []),
        ('"260042174"', []),
        ("-260042174 x", []),
    ],
)
def test_a_whole_text_may_be_a_number_or_an_address(
    text: str, found: list[tuple[LookupKind, str]]
) -> None:
    assert list(read(text).lookups) == [Lookup(kind, value) for kind, value in found]


@given(st.integers(0, 99), st.integers(1, 2_000_000))
def test_every_ticket_number_is_found_as_stored_and_as_shown(year: int, serial: int) -> None:
    number = number_of(year, serial)
    for text in (number, shown(number)):
        assert read(text).lookups[0] == Lookup(LookupKind.TICKET, number)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write a word to look for"),
        (" \t", "Write a word to look for"),
        ("?! -", "Write a word to look for"),
        ("-kargo", "Say what to look for, too, not only what to leave out"),
        ('kredi "kart', 'A quotation mark " has no partner'),
        ("status:", "status: needs a value right behind it"),
        ("status: open", "status: needs a value right behind it"),
        ('status:""', "status: needs a value"),
        (
            "statsu:open",
            'There is no field statsu; did you mean status:, or put it in quotation marks "..."',
        ),
        (
            'betreff:"iade"',
            "There is no field betreff; fields are status, team, category, kind, tag, from, to, "
            'or put it in quotation marks "..."',
        ),
        (
            "kind:şikayet",
            "There is no kind şikayet; write one of callback, complaint, fault, question, "
            "request, suggestion, task",
        ),
        ("category:a..b", "a..b is no category; write it like billing.wrong_amount"),
        ("from:2026-02-30", "from: 2026-02-30 is no day; write it like 2026-11-23"),
        ("to:yesterday", "to: yesterday is no day; write it like 2026-11-23"),
        ("from:2026-01-01 from:2026-01-02", "from: stands here twice"),
        ("-to:2026-01-01", "to: cannot be left out; write it without -"),
        ("from:2026-02-01 to:2026-01-31", "from: must not be later than to:"),
        ("x" * 501, "This is too long; write at most 500 characters"),
        ("x " * 21, "These are too many words; write at most 20"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SearchError) as told:
        read(text)
    assert str(told.value) == sentence


@pytest.mark.parametrize("text", ["10:30", "Re: fatura", "http://a.test/b", '"konu:iade"', "a:"])
def test_a_colon_alone_makes_no_field(text: str) -> None:
    assert read(text).filters == ()
    assert read(text).terms


def test_what_stands_in_fields_alone_is_a_search_too() -> None:
    assert read("status:open -kargo").without == (Term(("kargo",)),)


TYPED = st.lists(
    st.sampled_from(
        [*FIELDS, *"\":-*&|!<>()'\\", " ", "İ", "ış", "kredi", "2026-01-01", "\x00", "5"]
    )
    | st.text(max_size=4),
    max_size=14,
).map("".join)


@given(TYPED)
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(text: str) -> None:
    told = ""
    try:
        found = read(text)
    except SearchError as error:
        told = str(error)
    else:
        assert found == read(text)
        assert all(word for term in found.terms + found.without for word in term.words)
        assert found.terms or found.filters or found.since or found.until or found.lookups
    assert "\n" not in told.replace(text, "")


@given(st.text(alphabet=string.ascii_letters + "ğĞıİşŞçÇöÖüÜəƏ 0123456789", min_size=1))
def test_case_and_marks_never_matter(text: str) -> None:
    assert words(text) == words(text.upper()) == words(fold(text))
