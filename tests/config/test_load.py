"""The loader: every mistake at once, at its place, with what to write instead."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.config.load import load_config
from ivr.domain.errors import ConfigError

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems

from datetime import UTC, datetime

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]

# The text, and the one problem it must give.
MISTAKES = [
    ("wbe: {}", '1:1 C101 error there is no key "wbe"; did you mean "web"?'),
    ("web: {listn: x}", '1:7 C101 error web has no key "listn"; did you mean "listen"?'),
    ("web: hello", "1:6 C104 error a map of settings is wanted here"),
    ("web: {listen: [a]}", "1:15 C104 error one value is wanted here, not a list or a map"),
    ("languages: tr", "1:12 C104 error a list is wanted here"),
    ("zone: Europe/Istambul", '1:7 C103 error no time zone "Europe/Istambul"; did you mean "Europe/Istanbul"?'),
    ("web: {listen: 8080}", '1:15 C103 error "8080" is not an address to listen on; write 127.0.0.1:8080'),
    ("web: {listen: 127.0.0.1:70000}", '1:15 C103 error "127.0.0.1:70000" is not an address to listen on; write 127.0.0.1:8080'),
    ("web: {public_base: ftp://x}", '1:20 C103 error "ftp://x" is not a web address; write https://ivr.example'),
    ("web: {public_base: https://x?a=1}", '1:20 C103 error "https://x?a=1" must be only scheme, host, port and path'),
    ("web: {trusted_proxies: [10.0.0.0/33]}", '1:25 C103 error "10.0.0.0/33" is not a network; write 10.0.0.0/8 or 10.0.0.7'),
    ("database: mysql://x/y", "1:11 C103 error this is no address of a database; write sqlite:///var/ivr.db or postgresql://user:${env:DB_PASSWORD}@host/name"),
    ("flows: {watch: yes}", '1:16 C106 error "yes" is not true or false; write true'),
    ("country: TÜRKİYE", '1:10 C103 error "TÜRKİYE" is not a country; write two letters, as in TR'),
    ("currency: lira", '1:11 C103 error "lira" is not a currency; write three letters, as in TRY'),
    ("languages: [Turkish]", '1:13 C103 error "Turkish" is not a language; write it as tr or en'),
    ("numbers: {\"0850 222\": {flow: bank}}", '1:11 C103 error "0850 222" is not a telephone number; write it as +902125550001'),
    ('numbers: {"112": {}}', '1:11 C102 error 112 needs "flow"'),
    ('numbers: {"112": {flow: Bank-1}}', '1:25 C105 error "Bank-1" is not a name; use a-z, 0-9 and _'),
    ('trunks: {main: {provider: simulator}}\nnumbers: {"112": {flow: bank, trunks: [man]}}', '2:40 C120 error no trunk "man"; did you mean "main"?'),
    ("voices: {de: {}}", '1:10 C120 error "de" is not one of languages (tr, en)'),
    ("voices: {tr: {tts: piper}}", "1:20 C103 error this must be default"),
    ("limits: {call: 90}", '1:16 C103 error "90" is not a duration; write 90s or 90m'),
    ("limits: {call: 30d}", '1:16 C103 error "30d" is out of range; more than 0s, at most 86400s'),
    ("log: {level: loud}", "1:14 C103 error this must be debug, info, warning or error"),
    ("log: {pii: show}", "1:12 C103 error this must be mask, drop or full"),
    ("queues: [cards, Loans]", '1:17 C105 error "Loans" is not a name; use a-z, 0-9 and _'),
    ("queues: [cards, cards]", '1:9 C131 error "cards" stands here twice'),
    ("queues: {cards: {strategy: longest}}", '1:9 C121 error settings of "cards" are not built yet; write cards: {}'),
    ("surveys: csat", "1:10 C104 error a list of names is wanted here, as in [cards, loans]"),
    ("media: {workers: 1}", '1:1 C121 error "media" has no effect yet: sound of our own comes with the SIP trunk; take it out'),
    ("hours: {branch: {}}", '1:9 C102 error hours needs "open"'),
    ("hours: {branch: {open: {mo: 09:00-18:00}}}", None),
    ("hours: {branch: {open: {mon: 9-18}}}", None),
    ("hours: {branch: {opne: {}, open: {mon: 09:00-18:00}}}", '1:18 C101 error hours has no field "opne"; did you mean "open"?'),
    ("hours: {branch: {open: {mon: closed}}}", '1:17 F801 error hours "branch" do not open in the next 400 days'),
    ("hours: {branch: {open: {mon: 09:00-18:00}, holidays: TRX}}", '1:54 F802 error no holiday calendar "TRX"'),
    ("places: {desk: {number: {tr: '+902125550001'}}}", "1:25 F803 error place desk has no number for en"),
    ("places: {desk: {number: 0212}}", '1:25 C103 error "0212" is not a telephone number; write it as +902125550001'),
    ("places: {desk: {kind: bridge}}", '1:10 C102 error place desk needs either "number" or "sip"'),
    ("places: {desk: {sip: 'sip:{ext}@pbx.example'}}", '1:22 C120 error "ext" is not under takes'),
    ("places: {desk: {sip: 101}}", '1:22 C103 error "101" is not a SIP address; write sip:101@pbx.example'),
    ("places: {desk: {number: '+902125550001', takes: {ext: digits}}}", "1:42 C130 error only a SIP address takes inputs"),
    ("places: {desk: {number: '+902125550001', kind: warm}}", "1:48 C103 error this must be bridge, blind or attended"),
    ("web: {listen: 0.0.0.0:80}", '1:1 C102 error web needs "public_base", the https address by which providers reach this server'),
    ("web: {listen: 0.0.0.0:80, public_base: http://x.example}", "1:40 C114 error public_base must be https unless every listener is on loopback"),
    ("web: {listen: 0.0.0.0:80, ops_listen: 0.0.0.0:80, public_base: https://x.example}", "1:39 C131 error ops_listen must differ from listen: /metrics is not for the public"),
    ("recordings: ' '", "1:13 C103 error this value is empty"),
    ("# zone:\n- a", "2:1 C104 error a configuration is a map of keys"),
    ("web:", "1:1 F008 error web is empty"),
    ("web: {}\nweb: {}", '2:1 F003 error key "web" is here twice, first in line 1'),
    ("web: &a {}", None),
    ("database: ${env:X", '1:11 C115 error "${env:X" has a ${ that is no reference; write ${env:NAME}, ${env:NAME:default} or ${file:PATH}'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_each_mistake_is_told_once_at_its_place(
    problems: Problems, text: str, expected: str | None
) -> None:
    found = problems(text)
    assert len(found) == 1, found
    if expected is not None:
        assert found == [expected]


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(problems: Problems) -> None:
    text = """
web: {listen: 8080, oops: 1}
trunks:
  a: {provider: sip, listen: "127.0.0.1:5060"}
  b: {provider: twilio, account: AC1}
  Main: {provider: simulator}
sources:
  money: {table: x.yaml, match: {a: b}}
  crm: {get: "https://crm.example/{phone}"}
numbers:
  "+90": {flow: bank}
  "+908502220000": {flow: bank, trunks: [c]}
hours: {branch: {open: {mon: never}}}
"""
    codes = [line.split()[:2] for line in problems(text)]
    assert codes == [
        ["2:15", "C103"],
        ["2:21", "C101"],
        ["4:17", "C121"],
        ["5:3", "C102"],
        ["6:3", "C105"],
        ["8:3", "C105"],
        ["9:14", "C120"],
        ["11:3", "C103"],
        ["12:42", "C120"],
        ["13:30", "C103"],
    ]


def test_an_empty_file_needs_a_zone() -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({"c.yaml": b"# nothing\n"}, {}, now=NOW)
    assert str(caught.value) == (
        'c.yaml:1:1 C102 error the configuration needs "zone", as in zone: Europe/Istanbul'
    )


def test_a_file_that_is_not_there_is_a_problem_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml:1:1 C100 error the configuration cannot"):
        load_config(tmp_path / "none.yaml", {}, now=NOW)


def test_a_reference_in_braces_without_quotes_gets_a_hint(problems: Problems) -> None:
    [line] = problems("trunks: {main: {provider: twilio, account: ${env:A}}}")
    assert line.endswith('inside { } write it in quotes: "${env:NAME}"')


def test_the_shipped_file_works_with_nothing_set() -> None:
    config = load_config(ROOT / "config.yaml", {}, now=NOW)
    assert config.is_local
    assert config.warnings == ()
    assert config.database.reveal() == "sqlite:///var/ivr.db"
    assert str(config.web.listen) == "127.0.0.1:8080"
    assert {called: each.flow for called, each in config.numbers.items()} == {
        "+908502220000": "bank",
        "+908502220001": "pharmacy",
    }
    assert sorted(config.trunks) == ["browser", "main"]
    assert {"card_block", "customer", "pin_check"} <= set(config.sources)
    assert config.queues == ("cards", "loans", "general")
    assert config.flows.watch


def test_the_file_of_the_design_loads_but_for_its_ports_that_are_not_built(load: Load) -> None:
    text = """
zone: Europe/Istanbul
currency: TRY
numbers:
  "+908502220000": {flow: bank}
flows: {folder: flows, watch: false}
voices: {tr: {tts: default, voice: tr-1}, en: {tts: default, voice: en-1}}
hours:
  branch:
    open: {mon-fri: 09:00-18:00, sat: 10:00-14:00}
    holidays: TR
    except: {2026-12-31: 09:00-13:00}
    switch: storm
sources:
  customer:
    get: https://crm.example/customers?phone={phone}
    takes: {phone: phone}
    gives:
      id: text
      name: text?
      vip: bool
      balance: money
      debt: money = accounts[0].debt
      language: language?
    not_found: 404
    limit: 2s
    cache: 60s
    breaker: {fails: 5, in: 30s, open: 20s}
  card_block:
    post: https://core.example/cards/block
    repeat: safe
    takes:
      card: sealed digits
      customer: text?
  pin_check:
    post: https://core.example/pin
    takes: {customer: text, pin: sealed digits}
    gives: {ok: bool}
places:
  vip_desk: {number: {tr: "+902125550001", en: "+902125550002"}, kind: bridge}
  by_extension: {sip: "sip:{ext}@pbx.example", takes: {ext: digits}, kind: blind}
outcomes: [paid]
queues: {cards: {}, loans: {}}
"""
    config = load(text)
    assert config.queues == ("cards", "loans")
    assert config.where("numbers", "+908502220000", "flow").line == 5
    assert config.where("nothing", "here").line == 2


def test_an_environment_value_fills_any_field(load: Load) -> None:
    config = load(
        'web: {listen: "${env:LISTEN}"}\nrecordings: "${env:ROOM:var}/rec"\n'
        'flows: {watch: "${env:WATCH}"}\nlog: {level: "${env:LEVEL:info}"}',
        {"LISTEN": "127.0.0.1:9", "WATCH": "true"},
    )
    assert (config.web.listen.port, config.recordings, config.flows.watch, config.log.level) == (
        9,
        "var/rec",
        True,
        "info",
    )


def test_without_a_public_address_that_of_the_listener_counts(load: Load) -> None:
    assert load("web: {listen: '[::1]:81'}").public_base == "http://[::1]:81"
    assert load("web: {public_base: https://a.example/}").public_base == "https://a.example"


def test_a_value_from_outside_is_not_told_when_it_is_wrong(problems: Problems) -> None:
    secret = "s3cret-" + "x" * 80
    text = (
        'web: {listen: "${env:S}", public_base: "${env:S}"}\nlimits: {call: "${env:S}"}\n'
        'languages: ["${env:S}"]\ntrunks: {a: {provider: "${env:S}"}}\nqueues: ["${env:S}"]\n'
        'hours: {b: {open: {mon: "${env:S}"}}}\nplaces: {p: {sip: "${env:S}"}}\n'
        'sources: {c: {get: "${env:S}", takes: {a: "${env:S}"}, gives: {b: "${env:S}"}}}\n'
        'database: "${env:S}"\nflows: {watch: "${env:S}"}\nlog: {pii: "${env:S}"}\n'
        'country: "${env:S}"\ncurrency: "${env:S}"\nzone: "${env:S}"\nlanguages2: "${env:S}"\n'
        'numbers: {"112": {flow: "${env:S}", trunks: ["${env:S}"]}}'
    )
    lines = problems(text, {"S": secret})
    assert len(lines) >= 18
    assert not [line for line in lines if "s3cret" in line or "xxx" in line]
    assert any("${env:S}" in line for line in lines)


@given(st.text(max_size=200))
def test_any_text_loads_or_is_refused_with_problems(text: str) -> None:
    try:
        load_config({"c.yaml": text.encode("utf-8", "surrogatepass")}, {}, now=NOW)
    except ConfigError as error:
        assert error.problems


@pytest.mark.parametrize(
    "module", ["ivr.config.load", "ivr.config.world", "ivr.config.trunks", "ivr.config.sources"]
)
def test_the_configuration_loads_nothing_heavy(module: str) -> None:
    heavy = "aiohttp sqlalchemy holidays twilio phonenumbers"
    code = f"import sys, {module}; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
