"""Reading steps: one verb each, its fields, its exits, a stable id. `§` marks the mistake."""

from __future__ import annotations

import pytest

from tests.flow.shop import check, errors, files, loaded, shop

PLAIN = """\
flow: shop
version: 1
languages: [tr, en]
start: start
vars: {reason: text = none}
listen: {first: 6s}
rescue: {error: end, emergency: end}
nodes:
  start:
    - go: main
"""
MISTAKES = [
    ('- §menu: hello\n  keys: {"1": end}', 'F107 error menu must say where "giveup" leads'),
    (
        "- §queue: sales\n  full: end\n  timeout: end\n  done: end",
        'F107 error queue must say where "nobody" leads',
    ),
    (
        "- menu: hello\n  giveup: end\n  §timeout: end",
        'F108 error menu has no exit "timeout"; its exits are giveup',
    ),
    (
        "- say: hello\n  §failed: end\n- go: end",
        'F108 error say has no exit "failed"; it has none',
    ),
    (
        "- ticket: hello\n  §busy: next\n- go: end",
        'F108 error ticket has no exit "busy"; its exits are failed',
    ),
    ("- §say: hello\n  go: end", "F104 error a step has one verb; found say and go"),
    ("- §sya: hello\n- go: end", 'F104 error no verb "sya"; did you mean "say"?'),
    ("- §x: hello\n- go: end", 'F104 error no verb "x"'),
    (
        "- §only: 1 == 1\n  say: hello\n- go: end",
        'F104 error the verb comes first in a step; move "say" up',
    ),
    ("- §say\n- go: end", 'F104 error say needs a value; write "say: ..."'),
    (
        "- §[say, x]\n- go: end",
        'F104 error a step begins with its verb, as in "- say: welcome"',
    ),
    ("- §ask: hello\n  giveup: end\n- go: end", 'F102 error ask needs "into"'),
    (
        "- menu: hello\n  §nomach: [bye]\n  giveup: end",
        'F101 error menu has no field "nomach"; did you mean "nomatch"?',
    ),
    ("- menu: hello\n  tries: §9\n  giveup: end", "F409 error tries is 9; 1 to 5"),
    (
        "- ask: hello\n  into: reason\n  digits: §16-4\n  giveup: end\n- go: end",
        "F408 error digits 16-4: the least is more than the most",
    ),
]


@pytest.mark.parametrize(("steps", "message"), MISTAKES)
def test_a_wrong_step_is_told_where_it_is(steps: str, message: str) -> None:
    check(files(shop(steps)), message)


def test_a_mistyped_exit_is_not_missed_too() -> None:
    steps = "- menu: hello\n  §givup: end"
    check(files(shop(steps)), 'F101 error menu has no field "givup"; did you mean "giveup"?')


def test_several_mistakes_in_one_step_are_all_told() -> None:
    steps = "- menu: helo\n  tries: 9\n  first: 6\n  barge_in: yes\n  keys: {a: end, 1: ent}"
    codes = [line.split()[1] for line in errors(files(shop(steps)))]
    assert codes == ["F107", "F501", "F409", "F103", "F106", "F103"]


def test_ids_name_node_verb_and_value_and_count_repeats() -> None:
    steps = "- say: [hello, bye]\n- say: hello\n- set: {reason: a}\n- hangup"
    nodes = loaded(files(shop(steps, head=PLAIN))).flows["shop"].nodes
    ids = [step.id for step in nodes["main"].steps]
    assert ids == ["main#say:hello", "main#say:hello~2", "main#set:", "main#hangup:"]


def test_a_step_knows_its_place_its_node_and_its_way_of_listening() -> None:
    steps = '- menu: hello\n  keys: {"1": end}\n  tries: 2\n  giveup: end'
    (step,) = loaded(files(shop(steps, head=PLAIN))).flows["shop"].nodes["main"].steps
    assert (step.at.line, step.at.column, step.node, step.index) == (12, 7, "main", 0)
    assert step.listening is not None
    assert (step.listening.tries, step.listening.first) == (2, 6.0)
    assert step.exits.targets == {"1": "end", "giveup": "end"}


def test_a_hangup_may_stand_alone() -> None:
    both = (loaded(files(shop(text, head=PLAIN))) for text in ("- hangup", "- hangup:"))
    assert [list(each.flows) for each in both] == [["pin", "shop"], ["pin", "shop"]]


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ("  main: §go\n", 'F103 error node "main" wants a list of steps; begin each with "- "'),
        ("  main: §[]\n", 'F103 error node "main" has no steps'),
        (
            "  main: [hangup]\n  §Lost: [hangup]\n",
            'F105 error "Lost" is not a name; use a-z, 0-9 and _',
        ),
        ("  main: [hangup]\n  §next: [hangup]\n", 'F206 error "next" is a reserved word'),
        (
            "  §main: [" + ", ".join(["{say: hello}"] * 101) + "]\n",
            'F005 error node "main" has 101 steps, at most 100',
        ),
    ],
)
def test_a_wrong_node_is_told_where_it_is(nodes: str, message: str) -> None:
    flow = shop(head=PLAIN).replace("  main:\n    - go: end\n", nodes)
    check(files(flow), message)


def test_a_flow_has_at_most_five_hundred_nodes() -> None:
    more = "".join(f"  n{number}: [hangup]\n" for number in range(498))
    flow = shop(head=PLAIN) + more
    assert errors(files(flow)) == ["flows/shop.yaml:9:3 F005 error 501 nodes, at most 500"]
