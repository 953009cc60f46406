"""Numbers, addresses and names as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.identity.points import (
    Point,
    PointKind,
    Standing,
    mask,
    read_email,
    read_handle,
    read_phone,
    read_point,
    tail9,
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0532 123 45 67", "+905321234567"),
        ("+90 532 123 45 67", "+905321234567"),
        ("+90 (532) 123-45-67", "+905321234567"),
        ("0090 532 123 45 67", "+905321234567"),
        ("532 123 45 67", "+905321234567"),
        ("905321234567", "+905321234567"),
        ("(0532) 1234567", "+905321234567"),
        ("0212 234 56 78", "+902122345678"),
        ("0850 222 00 00", "+908502220000"),
        ("444 0 444", "+904440444"),
        ("+49 30 901820", "+4930901820"),
    ],
)
def test_each_row_of_the_table_is_stored_so(typed: str, stored: str) -> None:
    point = read_phone(typed, "TR")
    assert (point.norm, point.standing, point.raw) == (stored, Standing.OK, typed)


@pytest.mark.parametrize(
    ("typed", "standing"),
    [
        ("1234", Standing.SHORT),
        ("112", Standing.SHORT),
        ("0532123456", Standing.INVALID),
        ("+90532123456", Standing.INVALID),
        ("2345678", Standing.INVALID),
        ("dahili 12", Standing.INVALID),
        ("call me", Standing.INVALID),
        ("05321234567" * 40, Standing.INVALID),
        ("anonymous", Standing.WITHHELD),
        ("", Standing.WITHHELD),
        ("+266696687", Standing.WITHHELD),
    ],
)
def test_what_is_no_number_of_a_person_is_kept_raw_and_has_nothing_to_match(
    typed: str, standing: Standing
) -> None:
    point = read_phone(typed, "TR")
    assert (point.norm, point.tail9, point.standing) == (None, None, standing)
    assert point.raw == typed[:320]


@pytest.mark.parametrize(
    ("typed", "extension"),
    [
        ("0212 234 56 78 dahili 12", "12"),
        ("0212 234 56 78 DAHİLİ: 12", "12"),
        ("0212 234 56 78 (dahili 12)", "12"),
        ("0212 234 56 78 dah. 12", "12"),
        ("0212 234 56 78 iç hat 12", "12"),
        ("0212 234 56 78 daxili 12", "12"),
        ("0212 234 56 78 ext. 12", "12"),
        ("0212 234 56 78 extension 12", "12"),
        ("0212 234 56 78x12", "12"),
        ("0212 234 56 78,12", "12"),
        ("0212 234 56 78;ext=12", "12"),
        ("+902122345678;ext=12", "12"),
        ("tel:+90-212-234-56-78;ext=12;phone-context=+90", "12"),
        ("tel:+902122345678;isub=3;ext=12", "12"),
        ("tel:+902122345678;phone-context=+90", ""),
        ("#31#0212 234 56 78", ""),
        ("*31#02122345678", ""),
        ("*31# 0212 234 56 78 dahili 7", "7"),
        ("sip:+902122345678@10.0.0.1;user=phone", ""),
        ("0212–234–56–78", ""),
        ("\u202a+90 212 234 56 78\u202c", ""),
        ("0212\u00a0234\u00a056\u00a078", ""),
    ],
)
def test_prefixes_and_extensions_are_no_part_of_the_number(typed: str, extension: str) -> None:
    point = read_phone(typed, "TR")
    assert (point.norm, point.extension) == ("+902122345678", extension)


def test_the_country_is_the_tenants() -> None:
    assert read_phone("030 901820", "DE").norm == "+4930901820"
    assert read_phone("050 123 45 67", "AZ").norm == "+994501234567"
    assert read_phone("0532 123 45 67", "DE").norm != "+905321234567"


def test_an_extension_of_a_short_number_leaves_it_short() -> None:
    assert read_phone("1234 dahili 5", "TR").standing is Standing.SHORT


@pytest.mark.parametrize(
    ("number", "end"),
    [("+905321234567", "321234567"), ("+904440444", None), ("+904440333", None), ("+29012", None)],
)
def test_service_numbers_and_short_ones_have_no_tail(number: str, end: str | None) -> None:
    assert tail9(number) == end


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ali@Firma.COM", "ali@firma.com"),
        ("ALİ@FİRMA.COM", "ali@firma.com"),
        (" ali@firma.com\u200b", "ali@firma.com"),
        ("Ali Veli <ali@firma.com>", "ali@firma.com"),
        ("mailto:ali@firma.com?subject=x", "ali@firma.com"),
        ("ali.veli+fatura@firma.com.tr", "ali.veli+fatura@firma.com.tr"),
        ("a@örnek.com", "a@xn--rnek-4qa.com"),
        ("a@xn--rnek-4qa.com", "a@xn--rnek-4qa.com"),
        ("çağrı@firma.com", "çağrı@firma.com"),
        ("c\u0327ag\u0306rı@firma.com", "çağrı@firma.com"),
    ],
)
def test_a_mail_address_has_one_form(typed: str, stored: str) -> None:
    assert read_email(typed).norm == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ali",
        "@firma.com",
        "ali@",
        "ali@firma",
        "ali@@firma.com",
        "ali..veli@firma.com",
        ".ali@firma.com",
        "ali veli@firma.com",
        "ali@10.0.0.1",
        "ali@-firma.com",
        "ali@firma..com",
        '"ali veli"@firma.com',
        "ali\x00@firma.com",
        "a" * 65 + "@firma.com",
        "a@" + "b." * 160 + "com",
        "ç" * 40 + "@firma.com",
    ],
)
def test_what_is_no_mail_address_is_never_matched(typed: str) -> None:
    point = read_email(typed)
    assert (point.norm, point.standing) == (None, Standing.INVALID)


@pytest.mark.parametrize(
    ("typed", "network", "stored"),
    [
        ("@Ayse", "X", "x:ayse"),
        ("ayse.k", "instagram", "instagram:ayse.k"),
        ("https://www.instagram.com/Ayse.K/?hl=tr", "", "instagram:ayse.k"),
        ("twitter.com/ayse", "", "x:ayse"),
        ("https://x.com/@ayse", "facebook", "x:ayse"),
        ("t.me/ayse", "", "telegram:ayse"),
        ("https://www.linkedin.com/in/ayse-k", "", "linkedin:ayse-k"),
        ("@ayse", "", None),
        ("ayşe gül", "x", None),
        ("", "x", None),
        ("https://evil.test/ayse", "x", None),
        ("a" * 65, "x", None),
    ],
)
def test_a_name_belongs_to_its_network(typed: str, network: str, stored: str | None) -> None:
    assert read_handle(typed, network).norm == stored


def test_each_kind_has_its_reader() -> None:
    assert read_point("phone", "0532 123 45 67", "TR").kind is PointKind.PHONE
    assert read_point("email", "a@b.co", "TR").kind is PointKind.EMAIL
    assert read_point("handle", "@a", "TR", "x").norm == "x:a"
    with pytest.raises(ValueError, match="pigeon"):
        read_point("pigeon", "a", "TR")


@pytest.mark.parametrize(
    ("point", "shown"),
    [
        (read_phone("0532 123 45 67", "TR"), "+90•••••••67"),
        (read_phone("1234", "TR"), "•••••••"),
        (read_email("ali@firma.com"), "a•••@firma.com"),
        (read_handle("ayse", "x"), "x:a•••"),
        (read_email("ali"), "•••"),
    ],
)
def test_a_way_can_be_shown_without_telling_it(point: Point, shown: str) -> None:
    assert mask(point) == shown


@given(st.sampled_from(["phone", "email", "handle"]), st.text(max_size=80))
def test_any_text_is_read_and_its_form_reads_as_itself(kind: str, text: str) -> None:
    point = read_point(kind, text, "TR", "x")
    assert (point.norm is None) is (point.standing is not Standing.OK)
    if point.norm is not None and point.kind is not PointKind.HANDLE:
        assert read_point(kind, point.norm, "TR").norm == point.norm


@given(st.text(alphabet="0123456789+-() .#*;=xdahilext@,", max_size=24))
def test_what_looks_like_a_number_is_read_or_refused_but_never_breaks(text: str) -> None:
    point = read_phone(text, "TR")
    assert point.norm is None or read_phone(point.norm, "DE").norm == point.norm
