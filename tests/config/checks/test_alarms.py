"""Alarms watch what is there, can go on, and go off beyond the place where they went on."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems

BEGIN = """\
queues: [cards, loans]
alarms:
  - """
TOLD = """
trunks:
  phone: {provider: simulator, texts: {sender: "+908502220000"}}
webhooks:
  ops: {url: "https://ops.example/x", secret: "${file:key}"}
alarm_groups:
  bosses: {sms: ["+905321112233"], language: tr}
  clerks: {mail: [a@x.example], account: help}
mail:
  help: {smtp: "smtp://127.0.0.1:2525", from: a@x.example}
  deaf: {imap: "imap://127.0.0.1:1143", user: u, password: "${file:key}", from: a@x.example}
"""
KEY = {"key": base64.b64encode(b"k" * 32)}
USUAL = "{name: a, metric: waiting, queue: cards, fire: {above: 5}, clear: {below: 3}}"
SHARE = "{name: a, metric: service_level, queue: cards, fire: {below: 70}, clear: {above: 75}}"


def with_keys(text: str, more: str) -> str:
    return f"{BEGIN}{text[:-1]}, {more}}}"


@pytest.mark.parametrize(
    "text",
    [
        USUAL,
        USUAL.replace("5}", "0.5}").replace("3}", "0.4}"),
        SHARE,
        SHARE[:-1] + ", variant: F1, window: 4h, min_n: 1}",
        SHARE[:-1] + ", window: day}",
        SHARE.replace("service_level", "abandoned_share"),
        USUAL.replace("waiting", "oldest_wait").replace("5}", "5m}").replace("3}", "90s}"),
        USUAL.replace("waiting", "estimate").replace("5}", "5m}").replace("3}", "90s}"),
        USUAL.replace("5}", "5, for: 3m}").replace("3}", "3, for: 24h}"),
    ],
)
def test_what_fits_is_good(load: Load, text: str) -> None:
    assert len(load(BEGIN + text).alarms) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            SHARE.replace("75", "70"),
            "ALM-E01 error clear must lie beyond fire: write above: a limit of more than 70",
        ),
        (
            SHARE.replace("above: 75", "below: 60"),
            "ALM-E01 error clear must lie beyond fire: write above: a limit of more than 70",
        ),
        (
            USUAL.replace("3}", "6}"),
            "ALM-E01 error clear must lie beyond fire: write below: a limit of less than 5",
        ),
        (USUAL.replace("cards", "card"), '3:39 C120 error no queue "card"; did you mean "cards"?'),
        (
            USUAL.replace("5}", "5m}"),
            "3:60 C103 error waiting is compared with a number, as in 5",
        ),
        (
            USUAL.replace("waiting", "estimate"),
            "3:61 C103 error estimate is compared with a time, as in 2m",
        ),
        (SHARE.replace("75", "101"), "3:86 C103 error service_level is compared with a percentage"),
        (SHARE.replace("75", "much"), '3:86 C103 error "much" is no limit'),
        (USUAL.replace("above: 5", "above: 5, below: 9"), "C130 error write either below or above"),
        (USUAL.replace("above: 5", "for: 3m"), "C130 error write either below or above"),
        (USUAL.replace("waiting", "mood"), "3:23 C103 error this must be service_level"),
        (USUAL[:-1] + ", variant: F1}", "C130 error waiting has no formula to choose"),
        (USUAL[:-1] + ", window: 30m}", "C130 error waiting is of this moment: it has no window"),
        (USUAL[:-1] + ", min_n: 5}", "C130 error waiting is of this moment: it has no min_n"),
        (SHARE[:-1] + ", window: 1m}", 'C103 error "1m" is out of range; write 5m to 4h, or day'),
        (SHARE[:-1] + ", variant: F9}", "C103 error this must be F1"),
        (USUAL.replace("queue: cards, ", ""), 'C102 error alarms needs "queue"'),
        (USUAL[:-1] + ", queu: x}", 'C101 error alarms has no key "queu"; did you mean "queue"?'),
    ],
)
def test_what_cannot_be_is_told(problems: Problems, text: str, problem: str) -> None:
    found = problems(BEGIN + text)
    assert [each for each in found if problem in each], found


def test_all_mistakes_are_told_at_once(problems: Problems) -> None:
    found = problems(
        "queues:\n"
        "  cards:\n"
        "    alarms:\n"
        "      - {name: a, metric: waiting, fire: {above: 5}, clear: {below: 5}}\n"
        "alarms:\n"
        "  - {name: a, metric: waiting, queue: crads, fire: {above: 5m}, clear: {below: 1}}\n"
    )
    assert [each.split(" error")[0] for each in found] == [
        *("4:16 C131", "4:61 ALM-E01"),
        *("6:39 C120", "6:60 C103"),
    ]


def test_a_queue_of_an_alarm_of_its_own_is_not_named_again(problems: Problems) -> None:
    found = problems(f"queues: {{cards: {{alarms: [{USUAL}]}}}}")
    assert [each for each in found if 'C101 error alarms has no key "queue"' in each], found


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ("notify: [sms:bosses]", 1),
        ("notify: [mail:clerks, sms:bosses, webhook:ops], repeat: 15m", 3),
        ("notify: []", 0),
    ],
)
def test_groups_and_webhooks_that_are_there_are_told(load: Load, more: str, count: int) -> None:
    config = load(f"{BEGIN}{USUAL[:-1]}, {more}}}{TOLD}", files=KEY)
    assert len(config.alarms[0].notify) == count


@pytest.mark.parametrize(
    ("more", "told", "problem"),
    [
        ("notify: [sms:boss]", "", '3:92 C120 error nobody "boss" in alarm_groups; did you mean'),
        ("notify: [webhook:opps]", "", 'C120 error nobody "opps" in webhooks; did you mean "ops"?'),
        ("notify: [bosses]", "", 'C103 error "bosses" is nobody to be told; write sms:NAME or'),
        ("notify: [fax:bosses]", "", 'C103 error "fax:bosses" is nobody to be told'),
        ("notify: [sms:bosses, sms:bosses]", "", "C131 error sms:bosses stands here twice"),
        ("repeat: 15m", "", "C130 error repeat has no effect without notify"),
        ("notify: [sms:bosses], repeat: 10s", "", 'C103 error "10s" is out of range; 60s to'),
        ("notify: [mail:bosses]", "", 'C102 error the group "bosses" has no mail'),
        ("notify: [sms:clerks]", "", 'C102 error the group "clerks" has no sms'),
        ("notify: []", "sms: []", "C102 error this group is nobody"),
        ("notify: []", "mail: [b@x.example]", "C102 error mail and account belong together"),
        ("notify: []", "sms: [+905321112233], account: help", "C102 error mail and account"),
        ("notify: []", "mail: [b@x.example], account: hepl", 'C120 error no account "hepl"'),
        ("notify: []", "mail: [b@x.example], account: deaf", 'C102 error the account "deaf" sends'),
        ("notify: []", "mail: [b], account: help", 'C103 error "b" is no address'),
        ("notify: []", 'sms: ["+905321112233", "+905321112233"]', "C131 error somebody stands"),
        ("notify: []", "sms: [0532], language: tr", "C103 error"),
        ("notify: []", 'sms: ["+905321112233"], language: de', 'C120 error "de" is not one of'),
        ("notify: []", "language: tr", "C102 error this group is nobody"),
    ],
)
def test_who_cannot_be_told_is_told(problems: Problems, more: str, told: str, problem: str) -> None:
    usual = 'sms: ["+905321112233"], language: tr'
    text = f"{BEGIN}{USUAL[:-1]}, {more}}}{TOLD.replace(usual, told or usual)}"
    found = problems(text, files=KEY)
    assert [each for each in found if problem in each], found


def test_a_group_needs_a_trunk_that_texts(problems: Problems) -> None:
    silent = TOLD.replace(', texts: {sender: "+908502220000"}', "")
    found = problems(f"{BEGIN}{USUAL}{silent}", files=KEY)
    assert "no trunk sends text messages" in found[0]
