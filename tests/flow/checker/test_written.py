"""Variables take what the step that writes them gives, and outputs are there when it is done."""

from __future__ import annotations

import pytest

from tests.flow.checker.bank import told

FLOW = """\
uses: {{sources: [customer, card_block]}}
vars: {{x: {kind}}}
nodes:
  start:
    - {step}
    - go: end
  end:
    - hangup: bye
"""
ASK = "{ask: hello, into: x, giveup: end}"
FETCH = "{fetch: customer, with: {phone: =call.dnis}, into: x, missing: end, failed: end}"
TICKET = "{ticket: hello, into: x}"
MENU = "{menu: menu, keys: {'0': end}, entry: {digits: 3, into: x, go: end}, giveup: end}"


@pytest.mark.parametrize(
    ("kind", "step", "message"),
    [
        ("duration?", ASK, "9:26 F302 x is a duration, ask gives what keys can say"),
        ("language?", ASK, "9:26 F302 x is a language, ask gives what keys can say"),
        ("phone?", FETCH, "9:58 F302 x is a phone number, fetch gives a customer record"),
        ("card_block?", FETCH, "9:58 F302 x is a card_block record, fetch gives a customer record"),
        ("text?", TICKET, "9:29 F302 x is text, ticket gives a ticket record"),
        ("number?", MENU, "9:63 F302 x is a number, menu gives digits"),
    ],
)
def test_a_variable_of_another_type_is_refused(kind: str, step: str, message: str) -> None:
    body = FLOW.format(kind=kind, step=step)
    body = body.replace("    - go: end\n", "") if step == MENU else body
    assert message in told(body)


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        *((kind, ASK) for kind in ("date?", "time?", "bool?", "phone?", "money?", "text?")),
        ("customer?", FETCH),
        ("ticket?", TICKET),
        ("digits?", MENU),
    ],
)
def test_a_variable_of_the_right_type_is_filled(kind: str, step: str) -> None:
    body = FLOW.format(kind=kind, step=step)
    body = body.replace("    - go: end\n", "") if step == MENU else body
    assert told(body) == []


OUTER = """\
uses: {flows: [inner]}
vars: {result: inner?}
nodes:
  start:
    - run: inner
      into: result
      failed: end
    - outcome: self_served
      note: =result.plan
    - go: end
  end:
    - hangup: bye
"""
INNER = """\
flow: inner
version: 1
languages: [tr]
start: start
outputs: {plan: text, extra: text?}
nodes:
  start:
    - when:
        - call.test: exit.done
    - set: {plan: gold}
    - go: exit.done
"""


def test_an_output_must_be_set_on_every_way_to_done() -> None:
    assert told(OUTER, inner=INNER) == [
        'flows/inner.yaml:9:22 F304 output "plan" is not set at exit.done, by start'
    ]


def test_an_output_that_is_always_set_or_may_be_missing_is_fine() -> None:
    whole = INNER.replace("call.test: exit.done", "call.test: gone")
    whole += "  gone:\n    - go: exit.failed\n"
    assert told(OUTER, inner=whole) == []


def test_an_output_with_a_start_value_is_fine() -> None:
    assert told(OUTER, inner=INNER.replace("plan: text,", "plan: text = silver,")) == []
