"""Who calls and what was dialled, as carriers say it."""

from __future__ import annotations

import pytest

from ivr.channels.sip.wire.messages.numbers import Caller, DnisFrom, caller_of, dialled_of
from tests.channels.sip.wire.letters import letter, request

ME = "+905321112233"


def caller(*more: str, trust: bool = True, sender: str = "<sip:05321112233@h>;tag=1") -> Caller:
    message = request(letter("INVITE sip:1@h SIP/2.0", *more, From=sender))
    return caller_of(message, trust_identity=trust, country="TR")


@pytest.mark.parametrize(
    "sender",
    [
        "<sip:05321112233@h>;tag=1",
        "<sip:5321112233@h>;tag=1",
        "<sip:+905321112233@h;user=phone>;tag=1",
        "<sip:00905321112233@h>;tag=1",
        "<sip:%2B905321112233@h>;tag=1",
        "<sip:0532-111.22(33)@h>;tag=1",
        "<sip:+905321112233;npdi@h>;tag=1",
        "<tel:+90-532-111-22-33>;tag=1",
        "<tel:5321112233;phone-context=+90>;tag=1",
        "<sip:5321112233;phone-context=+90@h;user=phone>;tag=1",
        "<tel:05321112233;phone-context=example.com>;tag=1",
        "sip:05321112233@h;tag=1",
    ],
)
def test_the_number_is_e164_by_the_country_of_the_trunk(sender: str) -> None:
    assert caller(sender=sender).number == ME


@pytest.mark.parametrize(
    "sender", ["<sip:alice@h>", "<sip:h>", "<urn:x:y>", "<sip:%zz@h>", "<sips:a@b:0>"]
)
def test_a_name_is_no_number_and_hides_nothing(sender: str) -> None:
    assert caller(sender=f"Ali {sender};tag=1") == Caller(None, withheld=False, display="Ali")


def test_an_extension_stays_as_it_is() -> None:
    assert caller(sender="<sip:101@h>;tag=1").number == "101"


def test_an_asserted_number_counts_only_where_it_is_trusted() -> None:
    line = "P-Asserted-Identity: <sip:+902125550000@carrier>"
    assert caller(line).number == "+902125550000"
    assert caller(line, trust=False).number == ME


@pytest.mark.parametrize(
    "lines",
    [
        ("P-Asserted-Identity: <sip:+902120000000@c>, <tel:+902125550000>",),
        ("P-Asserted-Identity: <sip:+902120000000@c>", "P-Asserted-Identity: tel:+902125550000"),
        ("p-asserted-identity: <broken, <tel:+90>, <TEL:+902125550000>",
         "P-Asserted-Identity: <TEL:+902125550000>"),
    ],
)  # fmt: skip
def test_tel_goes_before_sip_and_nonsense_is_passed_over(lines: tuple[str, ...]) -> None:
    assert caller(*lines).number == "+902125550000"


def test_an_asserted_name_without_a_number_leaves_the_senders_number() -> None:
    found = caller('P-Asserted-Identity: "Satış" <sip:ali@c>')
    assert (found.number, found.display) == (ME, "Satış")


@pytest.mark.parametrize(
    "sender",
    [
        '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1',
        "<sip:05321112233@anonymous.invalid>;tag=1",
        "<sip:anonymous@h>;tag=1",
        "<sip:Restricted@h:5060>;tag=1",
        "<sip:+266696687@h>;tag=1",
    ],
)
def test_an_anonymous_sender_is_withheld_whatever_the_network_knows(sender: str) -> None:
    assert caller("P-Asserted-Identity: <tel:+902125550000>", sender=sender) == Caller(
        withheld=True
    )


@pytest.mark.parametrize(
    "privacy", ["id", "ID", "user;id", "header; id;critical", "none, id", "user"]
)
@pytest.mark.parametrize("trust", [True, False])
def test_privacy_is_kept(privacy: str, trust: bool) -> None:
    lines = (f"Privacy: {privacy}", "P-Asserted-Identity: <tel:+902125550000>")
    assert caller(*lines, trust=trust) == Caller(withheld=True)


@pytest.mark.parametrize("privacy", ["none", "", "critical", "session", "history"])
def test_other_privacy_hides_no_number(privacy: str) -> None:
    assert caller(f"Privacy: {privacy}").number == ME


def test_a_network_that_asserts_nobody_withholds_too() -> None:
    assert caller("P-Asserted-Identity: <sip:anonymous@anonymous.invalid>").withheld


@pytest.mark.parametrize(
    ("lines", "sender"),
    [
        (("P-Asserted-Identity: <tel:+905321112233;verstat=TN-Validation-Passed>",), "<sip:x@h>"),
        (("P-Asserted-Identity: <sip:+905321112233;verstat=TN-Validation-Passed@h;user=phone>",),
         "<sip:x@h>"),
        (("P-Asserted-Identity: <sip:+905321112233@h;verstat=TN-Validation-Passed>",), "<sip:x@h>"),
        ((), "<tel:+905321112233;verstat=TN-Validation-Passed>"),
        ((), "<sip:+905321112233@h>;verstat=TN-Validation-Passed"),
    ],
)  # fmt: skip
def test_attestation_is_read_wherever_carriers_put_it(lines: tuple[str, ...], sender: str) -> None:
    found = caller(*lines, sender=f"{sender};tag=1")
    assert (found.number, found.attestation) == (ME, "TN-Validation-Passed")
    assert caller(*lines, sender=f"{sender};tag=1", trust=False).attestation == ""


def test_odd_octets_in_a_name_are_shown_as_a_mark() -> None:
    assert caller(sender='"A\udcff" <sip:1@h>;tag=1').display == "A\ufffd"


@pytest.mark.parametrize(
    ("dnis_from", "expected"),
    [("request_uri", "4440001"), ("to", "4440002"), ("p_called_party_id", "4440003"), ("diversion",
    "4440005")],
)  # fmt: skip
def test_the_dialled_number_is_where_the_carrier_puts_it(
    dnis_from: DnisFrom, expected: str
) -> None:
    data = letter(
        "INVITE sip:4440001;x=y@h SIP/2.0",
        "P-Called-Party-ID: <sip:4440003@h>",
        "Diversion: <sip:4440004@h>;reason=no-answer, <tel:4440005>;reason=unconditional",
        To="<sip:4440002@h>",
    )
    assert dialled_of(request(data), dnis_from) == expected


@pytest.mark.parametrize("dnis_from", ["p_called_party_id", "diversion"])
@pytest.mark.parametrize("line", ["X: y", "Diversion: <broken", "P-Called-Party-ID: <sip:h>"])
def test_where_it_is_absent_the_address_of_the_request_counts(
    dnis_from: DnisFrom, line: str
) -> None:
    assert dialled_of(request(letter("INVITE sip:%2B90212@h SIP/2.0", line)), dnis_from) == "+90212"


def test_nobody_in_particular_was_dialled() -> None:
    assert dialled_of(request(letter("INVITE sip:h SIP/2.0")), "request_uri") == ""
