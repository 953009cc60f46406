"""What the sender field is worth: the table of acd-cti.md 10.4 and its neighbours."""

from __future__ import annotations

import pytest

from ivr.cti.numbers import Attestation, Line, NumberKind, compare_numbers, read_sender

MOBILE = "+905321234567"
ORDINARY, SERVICE = NumberKind.ORDINARY, NumberKind.NATIONAL_SERVICE
SHORT, HIDDEN, UNKNOWN = NumberKind.SHORT_CODE, NumberKind.WITHHELD, NumberKind.UNKNOWN


@pytest.mark.parametrize(
    "raw",
    [
        "0532 123 45 67", "532 123 45 67", "905321234567", "00905321234567",
        "+90 (532) 123-45-67", "05321234567", "5321234567", "+905321234567",
        "(0532) 123 4567", "0532-123-45-67", "0532.123.45.67", "0532/1234567",
        " 0532 123 45 67 ", "90 532 123 45 67", "0090 532 123 45 67", "+90 532 1234567",
    ],
)  # fmt: skip
def test_every_way_to_write_a_turkish_mobile_is_one_number(raw: str) -> None:
    found = read_sender(raw, "TR")
    assert (found.e164, found.kind, found.level, found.raw) == (MOBILE, ORDINARY, 1, raw)
    assert found.last9 == "321234567"


@pytest.mark.parametrize(
    ("raw", "e164", "kind"),
    [
        ("0212 555 00 00", "+902125550000", ORDINARY),
        ("0850 222 00 00", "+908502220000", ORDINARY),
        ("0392 222 22 22", "+903922222222", ORDINARY),
        ("444 1 234", "+904441234", SERVICE),
        ("0444 1 234", "+904441234", SERVICE),
        ("+90 444 1 234", "+904441234", SERVICE),
        ("112", "", SHORT),
        ("155", "", SHORT),
        ("1001", "", SHORT),
        ("", "", HIDDEN),
        ("anonymous", "", HIDDEN),
        ("Restricted", "", HIDDEN),
        ("unavailable", "", HIDDEN),
        ("UNKNOWN", "", HIDDEN),
        ("+266696687", "", HIDDEN),
        ("sip:anonymous@anonymous.invalid", "", HIDDEN),
        ("0532 123 45", "", UNKNOWN),
        ("0532 123 45 67 x5", "", UNKNOWN),
        ("ayşe", "", UNKNOWN),
        ("|0532;DROP", "", UNKNOWN),
        ("+1 202 555 0123", "+12025550123", ORDINARY),
        ("0049 30 901820", "+4930901820", ORDINARY),
        ("+49 30 901820", "+4930901820", ORDINARY),
    ],
)
def test_other_numbers_keep_what_they_are(raw: str, e164: str, kind: NumberKind) -> None:
    found = read_sender(raw, "TR")
    assert (found.e164, found.kind, found.raw) == (e164, kind, raw)
    if kind is not ORDINARY:
        assert found.last9 == ""
    if kind in (HIDDEN, UNKNOWN):
        assert found.level == 0


def test_the_country_is_the_tenants_and_a_plus_keeps_its_own() -> None:
    assert read_sender("0532 123 45 67", "DE").e164 == "+495321234567"
    assert read_sender("+90 532 123 45 67", "DE").e164 == MOBILE
    assert read_sender("0090 532 123 45 67", "DE").e164 == MOBILE
    assert read_sender("905321234567", "DE").e164 == ""


@pytest.mark.parametrize(
    ("raw", "line", "attestation", "level"),
    [
        (MOBILE, Line(), Attestation.NONE, 1),
        (MOBILE, Line(), Attestation.PARTIAL, 1),
        (MOBILE, Line(), Attestation.GATEWAY, 1),
        (MOBILE, Line(), Attestation.FULL, 2),
        (MOBILE, Line(trusted=True), Attestation.NONE, 2),
        (MOBILE, Line(country="TR", trusted=True), Attestation.NONE, 2),
        (MOBILE, Line(country="tr"), Attestation.FULL, 2),
        (MOBILE, Line(trusted=True), Attestation.FAILED, 0),
        (MOBILE, Line(country="DE", trusted=True), Attestation.NONE, 0),
        (MOBILE, Line(country="DE"), Attestation.FULL, 0),
        ("112", Line(country="DE", trusted=True), Attestation.NONE, 0),
        ("+4930901820", Line(country="DE", trusted=True), Attestation.NONE, 2),
        ("anonymous", Line(trusted=True), Attestation.FULL, 0),
    ],
)
def test_a_number_is_worth_what_the_network_vouches_for(
    raw: str, line: Line, attestation: Attestation, level: int
) -> None:
    assert read_sender(raw, "TR", line, attestation).level == level


@pytest.mark.parametrize(
    ("stored", "fits"),
    [
        ("0532 123 45 67", "ani"),
        ("+905321234567", "ani"),
        ("905321234567", "ani"),
        ("532 123 45 67 (iş)", "ani_last9"),
        ("321234567", "ani_last9"),
        ("tel: 0532 123 45 67", "ani_last9"),
        ("+495321234567", ""),
        ("+49 532 123 45 67 ext", ""),
        ("0533 123 45 67", ""),
        ("0532 123 45 68", ""),
        ("1234567", ""),
        ("", ""),
    ],
)
def test_a_stored_number_fits_wholly_by_its_end_or_not(stored: str, fits: str) -> None:
    assert compare_numbers(stored, read_sender(MOBILE, "TR"), "TR") == fits


def test_a_national_service_number_is_never_compared_by_its_end() -> None:
    caller = read_sender("444 1 234", "TR")
    assert compare_numbers("444 1 234", caller, "TR") == "ani"
    assert compare_numbers("x 90 444 1 234", caller, "TR") == ""
    assert compare_numbers("x", read_sender("", "TR"), "TR") == ""
