"""What is wrong with those who are told of calls, and with what agents see."""

from __future__ import annotations

import base64

import pytest

from ivr.domain.errors import ConfigError
from tests.config.conftest import load_text

KEY = base64.b64encode(b"k" * 24).decode()
HOOK = "webhooks: {{a: {{url: '{url}', secret: '${{env:KEY}}'{more}}}}}"
SOURCE = (
    'sources: {crm: {get: "https://c.example/?p={phone}", takes: {phone: phone}, '
    "gives: {id: text, debt: text}}}\n"
)


def wrong(text: str, token: str = "t0ken") -> list[str]:  # noqa: S107 - of a test
    with pytest.raises(ConfigError) as caught:
        load_text(text, {"KEY": KEY, "TOKEN": token})
    return [str(each).partition(" ")[2] for each in caught.value.problems]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ops.example", "C103 error this is not a web address"),
        ("ftp://ops.example/", "C103 error this is not a web address"),
        ("https://me:pw@ops.example/", "C103 error a name, a password"),
        ("https://ops.example/#x", "C103 error a name, a password"),
        ("http://ops.example/", "C130 error calls are told by https"),
        ("https://ops.example:8443/", "C130 error port 8443 is not allowed"),
        ("https://10.0.0.7/", "C130 error this address is inside a private network"),
        ("https://169.254.169.254/", "C130 error this address is inside a private network"),
        ("https://[::1]:443/", "C130 error this address is inside a private network"),
    ],
)
def test_an_address_that_calls_must_not_be_told_to_is_refused(url: str, told: str) -> None:
    text = 'web: {listen: "0.0.0.0:80", public_base: "https://i.example"}\n'
    (line,) = wrong(text + HOOK.format(url=url, more=""))
    assert line.startswith(told)


def test_this_machine_and_listed_networks_are_good() -> None:
    load_text(HOOK.format(url="http://127.0.0.1:9999/x", more=""), {"KEY": KEY})
    load_text(HOOK.format(url="https://10.0.0.7/", more=", allow_private: true"), {"KEY": KEY})


@pytest.mark.parametrize("token", ["a/b", "a?b", "a b", "a#b"])
def test_a_token_is_one_piece_of_an_address(token: str) -> None:
    text = "crm: {z: {adapter: zammad, url: 'https://z.example/cti', token: '${env:TOKEN}'}}"
    (line,) = wrong(text, token)
    assert line.startswith("C103 error a token is letters")
    assert token not in line


SYSTEM = (
    "ticket_systems: {{s: {{adapter: {kind}, url: 'https://s.example', "
    "token: '${{env:TOKEN}}'{more}}}}}"
)


@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        ("rt", "", ['C102 error ticket system s (rt) needs "queue"']),
        (
            "zammad",
            ", queue: Users",
            [
                'C102 error ticket system s (zammad) needs "number_field"',
                'C102 error ticket system s (zammad) needs "requester"',
            ],
        ),
        ("zendesk", "", ['C102 error ticket system s (zendesk) needs "user"']),
        (
            "rt",
            ", queue: General, inbound: {secret: '${env:TOKEN}'}",
            ["C103 error Request Tracker is asked and posts nothing; it needs no secret"],
        ),
        (
            "zendesk",
            ", user: a@b.example, inbound: {}",
            ['C102 error zendesk posts to /inbox/s and needs "secret" to sign with'],
        ),
        (
            "zendesk",
            ", user: a@b.example, inbound: {secret: '${env:TOKEN}'}",
            ["C103 error a secret that signs has at least 16 letters"],
        ),
        (
            "zendesk",
            ", user: a@b.example, queue: Help, map: {people: {ali: Ali}}",
            [
                """C103 error "Help" is no number of Zendesk's""",
                """C103 error "Ali" is no number of Zendesk's""",
            ],
        ),
    ],
)
def test_a_ticket_system_is_told_what_it_lacks(kind: str, more: str, told: list[str]) -> None:
    assert wrong(SYSTEM.format(kind=kind, more=more)) == told


def test_the_token_of_a_ticket_system_is_plain_and_its_address_safe() -> None:
    text = SYSTEM.format(kind="rt", more=", queue: Q")
    (line,) = wrong(text, "a b")
    assert line == "C103 error a token is plain letters, digits and signs"
    (line,) = wrong(text.replace("https:", "ftp:"))
    assert line.startswith("C103 error this is not a web address")


def test_the_page_of_a_pop_is_checked() -> None:
    (line,) = wrong('pop: {url: "https://crm.example/{ani}", url_personal: false}')
    assert line.startswith("C103 error pop.url knows no {ani}")
    load_text('pop: {url: "https://crm.example/{ani}", url_personal: true}')


def test_only_what_a_pop_holds_can_be_hidden() -> None:
    assert load_text("pop: {hidden: [ani, path]}").pop.hidden == ("ani", "path")
    assert wrong("pop: {hidden: [number]}")[0].startswith("C103 error this must be ani, ")


def test_sensitive_fields_are_fields_of_a_source_that_is_asked() -> None:
    pop = "pop: {lookups: {sources: [crm]}, sensitive: {%s}}"
    assert load_text(SOURCE + pop % "crm: [debt]").pop.sensitive == {"crm": ("debt",)}
    assert wrong(SOURCE + pop % "crm: [dept]") == [
        'C120 error crm gives no "dept"; did you mean "debt"?'
    ]
    assert wrong(SOURCE + pop % "crn: [debt]") == [
        'C120 error "crn" is no source under pop.lookups; did you mean "crm"?'
    ]
    own = "pop: {sensitive: {%s}}"
    assert load_text(own % "contacts: [segment], tickets: [subject]").pop.sensitive
    assert wrong(own % "contacts: [segmnt]") == [
        'C120 error contacts gives no "segmnt"; did you mean "segment"?'
    ]


def test_a_trunk_for_everybody_vouches_for_no_number() -> None:
    phones = "trunks: {p: {provider: sip, listen: 127.0.0.1:5060, %s, attested: true}}"
    for way in ("open: true", "registrar: true"):
        assert wrong(phones % way)[0].startswith("C130 error attested is for a carrier's trunk")
    load_text(phones % "from: [192.0.2.0/24]")


def test_places_are_kept_for_nobody_where_no_trunk_vouches_for_numbers() -> None:
    text = "trunks: {p: {provider: simulator%s}}\nqueues: {general: {rejoin: {grace: 10m}}}"
    assert wrong(text % "") == [
        "C130 error nobody is known again by a number: no trunk has attested: true"
    ]
    load_text(text % ", attested: true")
