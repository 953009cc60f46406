"""What flows hand to each other and to sources. `§` marks the mistake."""

from __future__ import annotations

import pytest

from tests.flow.shop import HEAD, PIN, check, errors, files, shop

RUN = "- run: pin\n  with: {phone: =call.dnis}\n  failed: end\n"
FETCH = "- fetch: customer\n  with: {phone: =call.dnis}\n  failed: end\n"
REST = "- go: end"


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ("- run: §pin\n  failed: end\n  locked: end\n", 'F209 error pin needs the input "phone"'),
        (
            "- run: pin\n  with: {§fone: =call.dnis}\n  failed: end\n  locked: end\n",
            'F209 error pin has no input "fone"; did you mean "phone"?',
        ),
        (
            "- fetch: §customer\n  failed: end\n  missing: end\n",
            'F209 error customer needs the input "phone"',
        ),
        (RUN.replace("- run", "- §run"), 'F107 error run must say where "locked" leads'),
        (
            "- §run: pin\n  with: {phone: =call.dnis}\n  locked: end\n",
            'F107 error run must say where "failed" leads',
        ),
        (
            RUN + "  §lockd: end\n",
            'F108 error pin has no exit "lockd"; did you mean "locked"?',
        ),
        (
            RUN + "  locked: end\n  §timeout: end\n",
            'F108 error pin has no exit "timeout"; its exits are failed, locked',
        ),
        (
            RUN + "  locked: end\n  §wth: end\n",
            'F101 error run has no field "wth"; did you mean "with"?',
        ),
        (
            "- run: pin\n  §wiht: {phone: =call.dnis}\n  failed: end\n  locked: end\n",
            'F101 error run has no field "wiht"; did you mean "with"?',
        ),
        (RUN + "  locked: §[end]\n", "F103 error one value is wanted here, not a list or a map"),
        (FETCH.replace("- fetch", "- §fetch"), 'F107 error fetch must say where "missing" leads'),
    ],
)
def test_a_wrong_hand_over_is_told_where_it_is(steps: str, message: str) -> None:
    check(files(shop(steps + REST)), message)


def test_places_take_what_config_says() -> None:
    head = HEAD.replace("[desk]", "[extension]")
    steps = "- transfer: §extension\n  kind: blind\n  busy: end\n  noanswer: end\n  failed: end"
    check(files(shop(steps, head=head)), 'F209 error extension needs the input "ext"')
    given = steps.replace("§", "") + '\n  with: {ext: "12"}'
    assert errors(files(shop(given, head=head))) == []


def test_an_input_with_a_default_may_be_left_out() -> None:
    pin = PIN.replace("phone: phone}", "phone: phone, tries: number = 3}", 1)
    assert errors(files(shop(RUN + "  locked: end\n" + REST), pin=pin)) == []


def test_flows_that_run_each_other_in_a_circle_are_told_once() -> None:
    pin = PIN.replace("exits: [locked]", "exits: [locked]\nuses: {flows: [shop]}").replace(
        "    - set", "    - §run: shop\n      failed: exit.failed\n    - set"
    )
    folder = files(shop(RUN + "  locked: end\n" + REST), pin=pin)
    assert [line.split(" ", 1)[1] for line in errors(folder)] == [
        "F208 error flows run each other in a circle: pin, shop, pin"
    ]


def test_a_flow_that_runs_itself_is_told() -> None:
    head = HEAD.replace("[pin]", "[shop]")
    steps = "- §run: shop\n  failed: end\n- go: end"
    check(files(shop(steps, head=head)), "F208 error flows run each other in a circle: shop, shop")


def test_at_most_eight_flows_lie_one_inside_the_other() -> None:
    def link(number: int) -> str:
        return (
            f"flow: f{number}\nversion: 1\nlanguages: [tr]\nstart: a\n"
            f"uses: {{flows: [f{number + 1}]}}\nexits: [x]\nnodes:\n  a:\n"
            f"    - run: f{number + 1}\n      failed: exit.failed\n      x: exit.x\n"
            "    - go: exit.done\n"
        )

    top = "flow: {}\nversion: 1\nlanguages: [tr]\nstart: a\nexits: [x]\n"
    last = top + "nodes: {{a: [{{go: exit.x}}]}}\n"
    for deepest, expected in ((8, []), (9, ["F208"])):
        chain = {f"f{number}": link(number) for number in range(1, deepest)}
        chain[f"f{deepest}"] = last.format(f"f{deepest}")
        assert [line.split()[1] for line in errors(files(**chain))] == expected


def test_a_mistyped_top_of_the_sub_flow_is_told_there_only() -> None:
    steps = RUN + "  locked: end\n" + REST
    for field in ("inputs", "exits"):
        pin = PIN.replace(f"{field}:", f"§{field}x:").replace("exit.locked", "exit.failed")
        pin = pin.replace("=phone", "=call.dnis").replace("set: {phone", "set: {call.language")
        said = f'F101 error a flow has no field "{field}x"; did you mean "{field}"?'
        check(files(shop(steps), pin=pin), said)


def test_a_mistyped_failed_of_run_is_told_once() -> None:
    steps = "- run: pin\n  with: {phone: =call.dnis}\n  §fialed: end\n  locked: end\n- go: end"
    check(files(shop(steps)), 'F108 error pin has no exit "fialed"; did you mean "failed"?')


def test_a_source_without_not_found_has_no_exit_missing() -> None:
    steps = "- fetch: branches\n  failed: end\n  §missing: end\n- go: end"
    said = 'F108 error branches has no exit "missing": it never says that there is no such record'
    check(files(shop(steps, head=HEAD.replace("[customer]", "[customer, branches]"))), said)
