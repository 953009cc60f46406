"""The ways between steps: exits, skipped steps, always-keys, `back`, `resume` and rescue."""

from __future__ import annotations

from tests.flow.checker.bank import known, studied

HEAD = """\
uses: {sources: [customer], queues: [general]}
vars: {customer: customer?, number: phone?, code: sealed digits?}
"""
END = """\
  end:
    - hangup: bye
"""
FETCH = """\
    - fetch: customer
      with: {phone: =call.dnis}
      into: customer
      missing: end
      failed: end
"""


def node(name: str, *steps: str) -> str:
    """A node of one-line steps."""
    return f"  {name}:\n" + "".join(f"    - {step}\n" for step in steps)


def flow(*nodes: str, head: str = HEAD) -> str:
    """The body of a flow."""
    return f"{head}nodes:\n{''.join(nodes)}{END}"


def test_a_lookup_is_known_only_on_its_way_on() -> None:
    body = flow("  start:\n", FETCH, "    - go: main\n", node("main", "go: end"))
    assert known(studied(body), "main") == {"customer"}
    assert known(studied(body), "end") == set()


def test_a_skipped_step_sets_nothing() -> None:
    only = FETCH + "      only: known(call.ani)\n"
    body = flow("  start:\n", only, "    - go: main\n", node("main", "go: end"))
    assert known(studied(body), "main") == set()


def test_a_step_that_ran_knows_its_condition() -> None:
    body = flow(
        "  start:\n",
        "    - {set: {number: =call.ani}, only: known(call.ani)}\n    - go: end\n",
    )
    assert known(studied(body), "end") == set()
    body = flow(
        "  start:\n",
        "    - {set: {number: =default(call.ani, call.dnis)}, only: call.test}\n",
        "    - {set: {number: =call.dnis}, only: not call.test}\n    - go: end\n",
    )
    assert (
        known(studied(body.replace("=default(call.ani, call.dnis)", "=call.dnis")), "end") == set()
    )


def test_branches_know_that_those_before_were_false() -> None:
    branches = """\
  start:
    - when:
        - not known(call.ani): end
        - known(number): one
        - else: two
"""
    body = flow(branches, node("one", "go: end"), node("two", "go: end"))
    assert known(studied(body), "one") == {"call", "call.ani", "number"}
    assert known(studied(body), "two") == {"call", "call.ani"}


def test_a_booked_callback_has_its_time() -> None:
    book = "    - {callback: general, number: =call.dnis, failed: end}\n    - go: booked\n"
    body = flow("  start:\n", book, node("booked", "go: end"))
    assert known(studied(body), "booked") == {"callback.at"}


def test_rescue_targets_know_nothing_and_the_start_knows_defaults() -> None:
    head = "vars: {number: phone? = +905321112233}\nrescue: {error: sorry}\n"
    body = flow(node("start", "go: end"), node("sorry", "hangup: bye"), head=head)
    assert known(studied(body), "start") == {"number"}
    assert known(studied(body), "sorry") == set()


MENU = "{menu: menu, keys: {'1': deep}, giveup: end}"


def test_an_always_key_comes_from_every_menu_where_it_is_in_force() -> None:
    head = HEAD + 'always: {"0": {go: help}}\n'
    nodes = [node("start", MENU), "  deep:\n", FETCH, "    - go: asked\n"]
    asked = node("asked", "{menu: menu, keys: {'1': help}, giveup: help}")
    body = flow(*nodes, asked, node("help", "go: end"), head=head)
    assert known(studied(body), "help") == set()
    off = body.replace(
        "{menu: menu, keys: {'1': deep}", "{menu: menu, always: false, keys: {'1': deep}"
    )
    assert known(studied(off), "help") == {"customer"}


def test_back_leads_to_a_menu_that_was_passed_before() -> None:
    head = HEAD + 'always: {"0": {do: back}}\n'
    first = "  start:\n" + FETCH + "    - go: first\n"
    body = flow(
        first,
        node("first", "{menu: menu, keys: {'1': cleared}, giveup: end}"),
        node("cleared", 'set: {customer: "=default(customer, None)"}', "go: second"),
        node("second", "{menu: menu, keys: {'1': end}, giveup: end}"),
        head=head,
    )
    assert known(studied(body), "first") == {"customer"}
    forgetting = body.replace(
        'set: {customer: "=default(customer, None)"}',
        "{fetch: customer, with: {phone: =call.dnis}, into: customer, missing: next, failed: next}",
    )
    assert known(studied(forgetting), "first") == set()


def test_a_resumed_call_has_lost_its_secrets() -> None:
    head = HEAD + "resume: {within: 10m, say: hello}\n"
    ask = "{ask: hello, into: code, secret: true, giveup: end}"
    body = flow(
        node("start", ask, "go: main"),
        node("main", "{menu: menu, keys: {'1': end}, giveup: end}"),
        head=head,
    )
    assert known(studied(body), "main") == set()
    assert known(studied(body.replace("resume: {within: 10m, say: hello}\n", "")), "main") == {
        "code"
    }


def test_facts_about_time_are_over_after_a_wait() -> None:
    head = "uses: {hours: [branch]}\nvars: {number: phone?}\n"
    steps = ["when: [{not known(hours.branch.closes_at): end}]", "set: {number: =call.dnis}"]
    body = flow(
        node("start", *steps, "go: main"),
        node("main", "{menu: menu, keys: {'1': later}, giveup: end}"),
        node("later", "go: end"),
        head=head,
    )
    main = known(studied(body), "main")
    assert main is not None
    assert "hours.branch.closes_at" in main
    assert known(studied(body), "later") == {"number"}
