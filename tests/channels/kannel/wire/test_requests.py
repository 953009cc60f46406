"""What the gateway is told and what it tells, octet by octet."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, quote_from_bytes, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels.kannel.wire.requests import Gateway, Query, report, text_in
from ivr.domain.texting.messages import Part, TextRow

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HIM = "+905321112233"
GATEWAY = Gateway("https://ivr.example", "gsm", "3434", "ivr", "pass", "geheim")


def row(body: str = "Merhaba", sender: str = "") -> TextRow:
    ends = (sender, HIM, body, "service", "k", "queued", "")
    return TextRow("T1", 1, "out", "gsm", *ends, NOON, NOON, tries=2)


def test_a_text_is_told_with_the_page_for_its_reports() -> None:
    fields = GATEWAY.query(row())
    told = urlsplit(fields.pop("dlr-url"))
    assert (told.netloc, told.path) == ("ivr.example", "/hooks/gsm/status")
    assert parse_qs(told.query) == {
        "secret": ["geheim"],
        "m": ["T1"],
        "n": ["2"],
        "d": ["%d"],
        "id": ["%F"],
        "a": ["%A"],
    }
    assert fields == {
        "username": "ivr",
        "password": "pass",
        "from": "3434",
        "to": HIM,
        "text": "Merhaba",
        "charset": "UTF-8",
        "coding": "0",
        "dlr-mask": "27",
    }
    assert "pass" not in repr(GATEWAY)
    assert "geheim" not in repr(GATEWAY)


def test_turkish_letters_go_in_the_wide_alphabet_and_a_centre_may_be_named() -> None:
    assert GATEWAY.query(row("şeker"))["coding"] == "2"
    assert GATEWAY.query(row(sender="BANKA"))["from"] == "BANKA"
    named = Gateway("https://ivr.example", "gsm", "3434", "ivr", "pass", "geheim", "SMPP1")
    assert named.query(row())["smsc"] == "SMPP1"


@pytest.mark.parametrize(
    ("query", "welcome"),
    [("secret=geheim", True), ("secret=geheiM", False), ("secret=", False), ("", False)],
)
def test_only_who_knows_the_secret_comes_in(query: str, *, welcome: bool) -> None:
    assert GATEWAY.lets_in(Query(query)) == welcome


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("coding=0&text=G%C3%BCn+ayd%C4%B1n", "Gün aydın"),
        ("coding=2&text=%00M%011%01_", "Mış"),
        ("coding=2&text=%D8%3D%DE%00", "😀"),
        ("coding=2&text=%00", "\ufffd"),
        ("coding=0&text=%FF", "\ufffd"),
        ("text=", ""),
    ],
)
def test_words_are_read_in_their_coding(query: str, body: str) -> None:
    found = text_in(Query(f"id=u1&from={HIM[1:]}&to=3434&{query}"), "gsm", NOON)
    assert found is not None
    assert (found.body, found.from_, found.to, found.provider_id) == (body, HIM, "3434", "u1")


def test_a_part_is_known_by_its_header() -> None:
    header = quote_from_bytes(bytes.fromhex("0500030a0201"))
    found = text_in(Query(f"id=u1&from=5321112233&to=3434&udh={header}&text=a"), "gsm", NOON)
    assert found is not None
    assert (found.part, found.from_) == (Part(10, 2, 1), "5321112233")


@pytest.mark.parametrize("query", ["from=1&text=a", "id=1&text=a", ""])
def test_a_text_without_a_name_or_a_sender_is_none(query: str) -> None:
    assert text_in(Query(query), "gsm", NOON) is None


@pytest.mark.parametrize(
    ("bits", "state", "reason"),
    [
        ("1", "delivered", ""),
        ("2", "undelivered", "unreachable"),
        ("8", "sent", ""),
        ("16", "failed", "refused"),
    ],
)
def test_reports_say_how_far_it_came(bits: str, state: str, reason: str) -> None:
    found = report(Query(f"m=T1&n=2&d={bits}&a=NACK%2F45"), "gsm", NOON)
    assert found is not None
    assert (found.text, found.tries, found.state, found.reason) == ("T1", 2, state, reason)
    assert found.code == ("NACK/45" if reason else "")


@pytest.mark.parametrize("query", ["m=T1&d=4", "m=T1&d=x", "d=1", ""])
def test_other_reports_are_no_news(query: str) -> None:
    assert report(Query(query), "gsm", NOON) is None


@given(st.text(st.characters(max_codepoint=255), max_size=80))
def test_no_query_breaks_the_reader(raw: str) -> None:
    try:
        query = Query(raw)
    except ValueError:
        return
    text_in(query, "gsm", NOON)
    report(query, "gsm", NOON)
    GATEWAY.lets_in(query)
