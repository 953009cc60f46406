"""The bank example is clean, and every small damage to it is named with its code and line."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ivr.engine.verbs import SPECS
from ivr.flow.checker.values import check_values
from ivr.flow.loader import load
from tests.flow.checker.bank import (
    BANK,
    IDENTIFY,
    PROMPTS,
    WORLD,
    bank_files,
    changed,
    found,
    lines,
    small,
    typed,
    with_source,
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One small damage. swaps: old and new words of the file; expected: `bank:54 F303`."""

    name: str
    file: str
    swaps: tuple[tuple[str, str], ...]
    expected: tuple[str, ...]


def mutant(name: str, file: str, old: str, new: str, *expected: str) -> Mutant:
    """A damage in one place."""
    return Mutant(name, file, ((old, new),), expected)


VIP = "known(customer) and customer.vip: vip"
PRIORITY = "=9 if known(customer) and customer.vip else 5"
TICKET = "priority: high\n      customer: =default(customer.id, None)"
LANGUAGE_GUARD = "      only: known(customer) and known(customer.language)\n"
ANI_GUARD = "      only: known(call.ani)                 # a withheld number has no ANI\n"
BALANCE_GUARD = (
    "    - when:\n        - not known(customer): agent        # nobody to read a balance for\n"
)
ASKED_SECRETLY = "      secret: true                          # recording pauses, keys are sealed\n"

# The faults of the design's first draft (flow-example.md), each guard removed.
FIRST_DRAFT = (
    mutant("vip", BANK, VIP, "customer.vip: vip", "bank:54 F303"),
    mutant("language", BANK, LANGUAGE_GUARD, "", "bank:47 F303"),
    mutant(
        "language field",
        BANK,
        "only: known(customer) and known(customer.language)",
        "only: known(customer)",
        "bank:47 F303",
    ),
    mutant(
        "balance", BANK, BALANCE_GUARD, "", "bank:65 F303", "prompts:13 F508", "prompts:13 F508"
    ),
    mutant(
        "id for the card block",
        BANK,
        "card: =card\n        customer: =default(customer.id, None)",
        "card: =card\n        customer: =customer.id",
        "bank:88 F303",
    ),
    mutant("id for the ticket", BANK, TICKET, "customer: =customer.id", "bank:96 F303"),
    mutant(
        "id for the pop",
        BANK,
        "customer: =default(customer.id, None)\n        reason",
        "customer: =customer.id\n        reason",
        "bank:108 F303",
    ),
    mutant("priority", BANK, PRIORITY, "=9 if customer.vip else 5", "bank:105 F303"),
    mutant(
        "id for the voicemail",
        BANK,
        'customer: "=default(customer.id, None)"',
        "customer: =customer.id",
        "bank:165 F303",
    ),
    mutant(
        "id after the call",
        BANK,
        "not known(case)\n      customer: =default(customer.id, None)",
        "not known(case)\n      customer: =customer.id",
        "bank:181 F303",
    ),
    mutant("withheld number looked up", BANK, ANI_GUARD, "", "bank:40 F303"),
    mutant(
        "withheld number texted",
        BANK,
        "      only: known(call.ani)\n      to: =call.ani",
        "      to: =call.ani",
        "bank:100 F303",
    ),
    mutant(
        "withheld number split", BANK, "=default(call.ani, call.id)", "=call.ani", "bank:119 F303"
    ),
    mutant(
        "withheld number called back",
        BANK,
        "{number: =call.ani}\n      only: known(call.ani)\n",
        "{number: =call.ani}\n",
        "bank:140 F303",
    ),
    mutant(
        "number not asked for",
        BANK,
        "- known(number): book_callback",
        "- hours.branch.open: book_callback",
        "bank:152 F303",
    ),
    mutant("python keyword", BANK, "{number: =call.ani}", "{number: =call.from}", "bank:140 F301"),
)
PROMPT_MUTANTS = (
    mutant(
        "greeting without brackets",
        PROMPTS,
        "hoş geldiniz[, {customer.name}].",
        "hoş geldiniz, {customer.name}.",
        "prompts:4 F508",
    ),
    mutant(
        "ticket number without brackets",
        PROMPTS,
        "blocked[, ref {case.number|code}].",
        "blocked, ref {case.number|code}.",
        "prompts:20 F508",
    ),
    mutant(
        "estimate without brackets",
        PROMPTS,
        "[, about {queue.estimate|duration:about}]",
        ", about {queue.estimate|duration:about}",
        "prompts:24 F508",
    ),
    mutant(
        "place in the queue outside of it",
        BANK,
        "- say: card_blocked\n",
        "- say: you_are_number\n",
        *["prompts:23 F204"] * 2,
        *["prompts:24 F204"] * 2,
    ),
    mutant(
        "callback time before it is booked",
        BANK,
        "- say: closed\n",
        "- say: callback_when\n",
        *["prompts:27 F204"] * 2,
    ),
    Mutant(
        "no such field",
        PROMPTS,
        (
            ('niz {customer.balance|money}.", en', 'niz {customer.balnce|money}.", en'),
            ("balance is {customer.balance|money}", "balance is {customer.balnce|money}"),
        ),
        ("prompts:13 F204",) * 2,
    ),
    mutant(
        "money as a number",
        PROMPTS,
        "balance is {customer.balance|money}",
        "balance is {customer.balance|number}",
        "prompts:13 F504",
    ),
    mutant(
        "money as text",
        PROMPTS,
        "Bakiyeniz {customer.balance|money}",
        "Bakiyeniz {customer.balance}",
        "prompts:13 F504",
    ),
    Mutant(
        "a secret said",
        PROMPTS,
        (("Çağrı: {reason}", "Çağrı: {card}"), ("Call: {reason}", "Call: {card}")),
        ("prompts:34 F702",) * 2,
    ),
)
TYPE_MUTANTS = (
    mutant("no such variable", BANK, VIP, "known(custmer) and customer.vip: vip", "bank:54 F204"),
    mutant(
        "text as condition",
        BANK,
        "reason != 'genel' and not known(case)",
        "reason",
        "bank:180 F305",
    ),
    mutant(
        "money as condition", BANK, VIP, "known(customer) and customer.balance: vip", "bank:54 F305"
    ),
    mutant("text against number", BANK, "reason != 'genel'", "reason != 5", "bank:180 F306"),
    mutant("priority by text", BANK, PRIORITY, "=reason", "bank:105 F302"),
    mutant("priority in words", BANK, PRIORITY, "urgent", "bank:105 F302"),
    mutant("text instead of a number", BANK, "to: =call.ani", "to: =reason", "bank:101 F302"),
    mutant("path as a number", BANK, "to: =call.ani", "to: call.ani", "bank:101 F302"),
    mutant("path as text", BANK, "reason: =reason", "reason: call.dnis", "bank:109 F308"),
    mutant("always true", BANK, "only: call.talked", "only: known(call.id)", "bank:183 F309"),
    mutant("two values for luhn", BANK, "luhn(card)", "luhn(card, 1)", "bank:82 F205"),
    mutant("no such node", IDENTIFY, "visits('ask_pin')", "visits('ask_pn')", "identify:28 F201"),
    mutant(
        "bool for a variable",
        BANK,
        "{reason: kayıp kart}",
        "{reason: =call.talked}",
        "bank:76 F302",
    ),
    mutant(
        "no such language", BANK, "language: =customer.language", "language: de", "bank:47 F302"
    ),
    mutant(
        "text as language",
        BANK,
        "language: =customer.language",
        "language: =reason",
        "bank:47 F302",
    ),
    mutant(
        "bool as time",
        BANK,
        "at: =hours.branch.next_open",
        "at: =hours.branch.open",
        "bank:153 F302",
    ),
    mutant(
        "bool as skill", BANK, "[cards, =call.language]", "[cards, =call.talked]", "bank:106 F302"
    ),
    mutant("ticket in a phone", BANK, "into: case", "into: number", "bank:95 F302"),
    Mutant(
        "two currencies",
        BANK,
        (
            ("number: phone?\n", "number: phone?\n  least: money(USD) = 5\n"),
            (VIP, "known(customer) and customer.balance > least: vip"),
        ),
        ("bank:55 F307",),
    ),
    mutant(
        "reason without a start",
        BANK,
        "reason: text = genel",
        "reason: text",
        "bank:180 F304",
        "prompts:34 F304",
        "prompts:34 F304",
    ),
    mutant(
        "customer may be missing",
        IDENTIFY,
        "{customer: customer}",
        "{customer: customer?}",
        "identify:21 F303",
        "identify:34 F303",
    ),
    mutant(
        "lookup failed",
        IDENTIFY,
        "one_moment\n      failed: exit.failed",
        "one_moment\n      failed: next",
        "identify:27 F303",
    ),
    mutant(
        "no PIN given",
        IDENTIFY,
        "secret: true\n      giveup: exit.failed",
        "secret: true\n      giveup: next",
        "identify:21 F303",
    ),
)
SECRET_MUTANTS = (
    mutant("question not secret", BANK, ASKED_SECRETLY, "", "bank:78 F701"),
    mutant(
        "variable not sealed",
        BANK,
        "card: sealed digits?",
        "card: digits?",
        "bank:12 F704",
        "bank:78 F701",
        "bank:87 F302",
    ),
    mutant(
        "secret in a pop", BANK, "reason: =reason", "reason: =default(card, None)", "bank:109 F702"
    ),
    mutant("secret in a ticket", BANK, TICKET, "customer: =card", "bank:96 F702"),
    mutant("secret in an SMS", BANK, "to: =call.ani", "to: =card", "bank:101 F702"),
    mutant(
        "secret in a split",
        BANK,
        "=default(call.ani, call.id)",
        "=default(card, call.id)",
        "bank:119 F702",
    ),
    mutant(
        "secret copied",
        BANK,
        "- fetch: card_block",
        "- set: {reason: =card}\n    - fetch: card_block",
        "bank:85 F702",
    ),
    mutant("secret calculated with", BANK, "luhn(card)", "starts_with(card, '4')", "bank:82 F702"),
    mutant(
        "promise about a plain variable",
        BANK,
        "[card, identify.pin]",
        "[reason, identify.pin]",
        "bank:12 F704",
    ),
    mutant(
        "promise about a record",
        BANK,
        "[card, identify.pin]",
        "[card, identify.verdict]",
        "bank:12 F704",
    ),
    mutant(
        "promise about nothing", BANK, "[card, identify.pin]", "[card, identify.pn]", "bank:12 F204"
    ),
    mutant("secret masked", BANK, TICKET, "customer: =mask(card)", "bank:96 F704"),
    mutant("no notice", BANK, "      notice: recording_notice\n", "", "bank:35 F705"),
)
MUTANTS = (*FIRST_DRAFT, *PROMPT_MUTANTS, *TYPE_MUTANTS, *SECRET_MUTANTS)


def test_the_bank_example_is_clean() -> None:
    assert found(bank_files()) == ()


@pytest.mark.unmeasured
@pytest.mark.parametrize("damage", MUTANTS, ids=lambda one: str(one.name))
def test_every_damage_is_named_with_its_code_on_its_line(damage: Mutant) -> None:
    assert lines(found(changed(damage.file, *damage.swaps))) == list(damage.expected)


def test_there_are_enough_damages() -> None:
    assert len(MUTANTS) >= 60


def test_a_source_that_does_not_post_gets_no_secret() -> None:
    world = with_source("card_block", takes_sealed=False)
    assert lines(found(bank_files(), world)) == ["bank:87 F703"]


def test_a_source_gets_a_secret_only_where_it_declares_one() -> None:
    world = with_source("card_block", takes={"card": typed("digits"), "customer": typed("text?")})
    problems = found(bank_files(), world)
    assert [str(one) for one in problems] == [
        'flows/bank.yaml:87:16 F703 error source card_block does not take "card" sealed by POST'
    ]


@pytest.mark.unmeasured
def test_a_flow_of_200_nodes_is_checked() -> None:
    loaded = load(many_nodes(200), SPECS, WORLD)
    assert list(check_values(loaded.bundles["small"], SPECS, WORLD)) == []


def many_nodes(count: int) -> dict[str, bytes]:
    """A flow of so many nodes, each with lookup, branches, menu, and values that may be missing."""
    body = f"{VARIABLES}nodes:\n  start:\n    - go: n0\n"
    body += "".join(NODE.format(n=n, after=(n + 1) % count) for n in range(count))
    prompts = "".join(PROMPT.format(n=n) for n in range(2 * count))
    return small(f"uses: {{sources: [customer], queues: [general]}}\n{body}{END}", prompts)


VARIABLES = """\
vars: {customer: customer?, number: phone?, case: ticket?}
always: {"0": {go: agent}, "9": {do: back}}
"""
NODE = """\
  n{n}:
    - fetch: customer
      only: known(call.ani)
      with: {{phone: =call.ani}}
      into: customer
      missing: next
      failed: agent
    - set: {{number: "=default(call.ani, None)"}}
    - say: p{n}
    - when:
        - not known(customer): agent
        - customer.vip and customer.balance > 10: agent
    - ticket: p{n}
      into: case
      customer: =customer.id
    - menu: menu
      keys: {{"1": n{after}, "2": n0}}
      giveup: agent
"""
PROMPT = 'p{n}: {{tr: "Sayın [{{customer.name}}] bakiye [{{customer.balance|money}}]"}}\n'
END = """\
  agent:
    - queue: general
      full: end
      timeout: end
      nobody: end
      done: end
  end:
    - hangup: bye
"""
