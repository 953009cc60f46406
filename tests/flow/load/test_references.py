"""Every name leads somewhere: nodes, variables, prompts, what is used. `§` marks the mistake."""

from __future__ import annotations

import pytest

from tests.flow.shop import HEAD, PIN, check, errors, files, shop

FETCH = "- fetch: customer\n  with: {phone: =call.dnis}\n  failed: end\n  missing: end\n"
QUEUE = "  full: end\n  timeout: end\n  done: end\n  nobody: end"
MISTAKES = [
    ("- go: §ent", 'F201 error no node "ent"; did you mean "end"?'),
    ("- go: §balnce_of_account", 'F201 error no node "balnce_of_account"'),
    ("- split: {end: 50, §ent: 50}", 'F201 error no node "ent"; did you mean "end"?'),
    (
        "- when:\n    - reason == 'a': §ent\n    - else: end",
        'F201 error no node "ent"; did you mean "end"?',
    ),
    (
        f'- queue: sales\n  keys: {{"2": §ent}}\n{QUEUE}',
        'F201 error no node "ent"; did you mean "end"?',
    ),
    ("- go: §exit.done", "F201 error exit.done leads out of a sub-flow, and shop is none"),
    ("- say: §helo\n- go: end", 'F501 error no prompt "helo"; did you mean "hello"?'),
    (
        "- menu: hello\n  noinput: [hello, [bye, §helo]]\n  giveup: end",
        'F501 error no prompt "helo"; did you mean "hello"?',
    ),
    ("- set: {§resn: a}\n- go: end", 'F204 error no variable "resn"; did you mean "reason"?'),
    ("- set: {§call.ani: a}\n- go: end", 'F204 error no variable "call.ani"'),
    (
        FETCH + "  into: §custmer\n- go: end",
        'F204 error no variable "custmer"; did you mean "customer"?',
    ),
    (
        "- ask: hello\n  into: §reson\n  giveup: end\n- go: end",
        'F204 error no variable "reson"; did you mean "reason"?',
    ),
    (
        f"- queue: §sale\n{QUEUE}",
        'F202 error queue "sale" is not under uses; did you mean "sales"?',
    ),
    (f"- queue: §support\n{QUEUE}", 'F202 error queue "support" is not under uses'),
    ("- survey: §csat\n  done: end", 'F202 error survey "csat" is not under uses'),
    (
        "- when:\n    - not §hours.branch.open: end\n    - else: end",
        'F202 error hours "branch" is not under uses',
    ),
    (
        '- set: {reason: "=text(§queues.suport.waiting)"}\n- go: end',
        'F202 error queue "suport" is not under uses',
    ),
    (
        "- outcome: §payd\n- go: end",
        'F203 error outcome "payd" is not in config.yaml; did you mean "paid"?',
    ),
]


@pytest.mark.parametrize(("steps", "message"), MISTAKES)
def test_a_name_that_leads_nowhere_is_told_where_it_is(steps: str, message: str) -> None:
    check(files(shop(steps)), message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "[sales]",
            "[sales, §saless]",
            'F203 error queue "saless" is not in config.yaml; did you mean "sales"?',
        ),
        (
            "[pin]",
            "[pin, §bin]",
            'F203 error flow "bin" is not a file of this folder; did you mean "pin"?',
        ),
        ("places", "hours: [§branch], places", 'F203 error hours "branch" is not in config.yaml'),
        ("places", "surveys: [§csat], places", 'F203 error survey "csat" is not in config.yaml'),
        ("places", "payments: [§card], places", 'F203 error payment "card" is not in config.yaml'),
    ],
)
def test_what_is_used_must_be_there(old: str, new: str, message: str) -> None:
    check(files(shop(head=HEAD.replace(old, new, 1))), message)


def test_a_name_mistyped_under_uses_is_told_there_only() -> None:
    head = HEAD.replace("[sales]", "[§saels]")
    check(
        files(shop(f"- queue: sales\n{QUEUE}", head=head)),
        'F203 error queue "saels" is not in config.yaml; did you mean "sales"?',
    )


def test_an_exit_must_be_declared_by_the_sub_flow() -> None:
    pin = PIN.replace("exit.locked", "§exit.lockd")
    check(files(pin=pin), 'F201 error pin has no exit "exit.lockd"; did you mean "exit.locked"?')


def test_done_and_failed_are_exits_of_every_sub_flow() -> None:
    for target in ("exit.done", "exit.failed"):
        assert errors(files(pin=PIN.replace("exit.locked", target))) == []


def test_outcomes_of_ours_need_no_configuration() -> None:
    for name in ("self_served", "callback", "paid"):
        assert errors(files(shop(f"- outcome: {name}\n- go: end"))) == []


def test_a_node_may_be_called_callback_but_no_variable() -> None:
    flow = shop("- go: callback") + "  callback:\n    - hangup: bye\n"
    assert errors(files(flow)) == []
