"""What menus say against the keys they have, and lengths of prompts and messages."""

from __future__ import annotations

import pytest

from ivr.domain.problem import Severity
from ivr.engine.verbs import SPECS
from ivr.flow.checker.paths.prompts_ import check_prompts
from tests.flow.checker.bank import WORLD, bank_files, small
from tests.flow.checker.paths.cases import bundle_of, said

MENU = (
    '{top}always: {{"0": {{go: out}}}}\nnodes:\n  start:\n    - menu: {name}\n'
    '      keys: {{"1": out, "2": out}}\n      always: {always}\n      giveup: out\n'
    "  out:\n    - hangup\n"
)


def _menu(text: str, *, top: str = "", always: str = "true") -> list[str]:
    body = MENU.format(top=top, name="ask", always=always)
    found = said(body, f"ask: {{tr: {text!r}}}\n")
    return [line.removeprefix("prompts.yaml:") for line in found]


@pytest.mark.parametrize(
    "text",
    [
        "1 ve 2. Temsilci 0.",
        "Satış için 1, destek için 2.",
        "Biri ya da ikiyi tuşlayın.",
        "Press 1 or 2",
    ],
)
def test_keys_that_are_named_are_fine(text: str) -> None:
    assert _menu(text) == []


def test_a_key_that_is_never_named() -> None:
    message = "ask.tr never names key 2 of the menu in small.start"
    assert _menu("Satış için 1.") == [f"4:11 F404 warning {message}"]
    promised = _menu("Satış için 1.", top="promises: {keys_are_spoken: true}\n")
    assert promised == [f"4:11 F404 {message}"]


def test_a_key_that_is_not_there() -> None:
    message = "which the menu in small.start does not have"
    assert _menu("Satış 1, destek 2, kargo 4.") == [
        f"4:11 F405 warning ask.tr names key 4, {message}"
    ]
    assert _menu("Satış 1, destek 2, temsilci 0.", always="false") == [
        f"4:11 F405 warning ask.tr names key 0, {message}"
    ]


def test_amounts_are_not_keys() -> None:
    assert _menu("Kampanya 3 gün sürer, 24 saat açığız. Satış 1, destek 2.") == []


def test_a_list_of_prompts_is_read_as_one() -> None:
    body = MENU.format(top="", name="[one, two]", always="true")
    prompts = 'one: {tr: "Satış 1."}\ntwo: {tr: "Destek 2."}\n'
    assert said(body, prompts) == []


def test_a_long_prompt_warns_only_where_it_is_heard() -> None:
    long = f'long: {{tr: "{"söz " * 100}"}}\n'
    body = "nodes:\n  start:\n    - {}\n    - hangup\n"
    assert said(body.format("say: long"), long) == [
        "prompts.yaml:4:12 F505 warning long.tr lasts 29 s, at most 25"
    ] or said(body.format("say: long"), long) == [
        "prompts.yaml:4:13 F505 warning long.tr lasts 29 s, at most 25"
    ]
    assert said(body.format("ticket: long"), long) == []
    assert said(body.format("sms: long\n      to: =call.dnis"), long) == []


def _notes(text: str) -> list[str]:
    body = "nodes:\n  start:\n    - sms: text\n      to: =call.dnis\n    - hangup\n"
    files = small(body, f"text: {{tr: {text!r}}}\n")
    bundle = bundle_of(files, "small")
    found = [one for one in check_prompts(bundle, SPECS, WORLD) if one.severity is Severity.NOTE]
    return [one.message for one in found]


def test_what_a_message_costs_is_noted() -> None:
    assert _notes("Hello") == []
    assert _notes("x" * 161) == ["text.tr takes 2 SMS segments"]
    assert _notes("Kartınız kapatıldı") == ['text.tr takes 1 SMS segment (UCS-2 because of "ı")']
    long = "Kartınız kapatıldı. " * 5
    assert _notes(long) == ['text.tr takes 2 SMS segments (UCS-2 because of "ı")']
    assert _notes("{call.dnis|phone}" + "x" * 150) == ["text.tr takes 2 SMS segments"]


def test_the_example_has_one_dear_message() -> None:
    found = check_prompts(bundle_of(bank_files(), "bank"), SPECS, WORLD)
    assert [f"{one.code} {one.message}" for one in found] == [
        'F510 card_blocked_sms.tr takes 1 SMS segment (UCS-2 because of "ı")'
    ]
