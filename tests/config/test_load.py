"""The loader: every mistake at once, at its place, with what to write instead."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.config.load import load_config
from ivr.domain.errors import ConfigError

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def mistakes() -> list[tuple[str, str]]:
    """Each text of mistakes.txt, and the one problem it must give."""
    lines = (HERE / "mistakes.txt").read_text(encoding="utf-8").partition("\n\n")[2]
    blocks = lines.rstrip("\n").split("\n\n")
    return [(text, line) for text, _, line in (block.partition("\n-> ") for block in blocks)]


@pytest.mark.parametrize(("text", "expected"), mistakes())
def test_each_mistake_is_told_once_at_its_place(
    problems: Problems, text: str, expected: str
) -> None:
    found = problems(text)
    assert len(found) == 1, found
    if expected != "...":
        assert found == [expected]


def test_every_mistake_is_told_at_once_in_the_order_of_the_file(problems: Problems) -> None:
    text = """
web: {listen: 8080, oops: 1}
trunks:
  a: {provider: telnyx, listen: "127.0.0.1:5060"}
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
        "+908502220002": "status",
    }
    assert sorted(config.trunks) == ["browser", "main", "phones"]
    assert {"card_block", "customer", "pin_check"} <= set(config.sources)
    assert config.queue_names == ("cards", "loans", "general")
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
    assert config.queue_names == ("cards", "loans")
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
    told = 1
    try:
        load_config({"c.yaml": text.encode("utf-8", "surrogatepass")}, {}, now=NOW)
    except ConfigError as error:
        told = len(error.problems)
    assert told


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
