"""Values inside prompts, with what is known where they are said."""

from __future__ import annotations

from ivr.flow.checker.prompt_types import insert_place
from tests.flow.checker.bank import studied, told

FLOW = """\
uses: {sources: [customer], queues: [general], hours: [branch], flows: [while_waiting]}
vars: {customer: customer?, born: date?, plan: text, code: sealed digits?}
nodes:
  start:
    - {step}
    - go: end
  end:
    - hangup: bye
"""


def said(step: str, text: str, *, last: bool = False) -> list[str]:
    """What is told of a step that says the prompt `p`. last: nothing comes after the step."""
    body = FLOW.replace("{step}", step).replace(", flows: [while_waiting]", "")
    if last:
        body = body.replace("    - go: end\n", "")
    return told(body, f'p: {{tr: "{text}"}}\n')


def test_a_missing_value_is_told_with_every_step_that_says_it() -> None:
    assert said("{say: [p, p, p, p, p]}", "{customer.name}") == [
        "flows/prompts.yaml:4:10 F508 customer.name may be missing in p (said at"
        " flows/small.yaml:9:14, flows/small.yaml:9:17, flows/small.yaml:9:20 and 2 more);"
        " put it in [ ] or guard the step"
    ]
    assert said("{say: p}", "[{customer.name}]") == []


def test_a_guarded_step_may_say_the_value() -> None:
    assert said("{say: p, only: known(customer) and known(customer.name)}", "{customer.name}") == []


def test_an_unset_value_is_told_with_its_step() -> None:
    assert said("{say: p}", "[{plan}]") == [
        'flows/prompts.yaml:4:11 F304 "plan" is read before it is set, by start'
        " (said at flows/small.yaml:9:13)"
    ]


def test_a_format_must_fit_the_type() -> None:
    assert said("{say: p}", "[{born|money}] {call.dnis}") == [
        "flows/prompts.yaml:4:11 F504 money cannot format a date; write {born|date}",
        "flows/prompts.yaml:4:25 F504 plain text cannot hold a phone number;"
        " write {call.dnis|phone}",
    ]


def test_a_record_has_no_format() -> None:
    assert said("{say: p}", "[{customer}]") == [
        "flows/prompts.yaml:4:11 F504 plain text cannot hold a customer record"
    ]


def test_a_secret_is_never_said() -> None:
    assert said("{say: p}", "[{code}]") == [
        'flows/prompts.yaml:4:11 F702 sealed "code" would be said in p'
    ]


def test_the_entry_may_be_read_back_and_only_there() -> None:
    ask = "{ask: hello, into: born, confirm: p, giveup: end}"
    assert said(ask, "{born|date}") == []
    assert said(ask.replace("confirm", "nomatch"), "{born|date}") == [
        "flows/prompts.yaml:4:10 F508 born may be missing in p (said at flows/small.yaml:9:41);"
        " put it in [ ] or guard the step"
    ]


def test_the_callback_time_is_known_to_its_own_prompt_and_afterwards() -> None:
    book = "{callback: general, number: =call.dnis, say: p, failed: end}"
    assert said(book, "{callback.at|datetime}") == []
    after = "{callback: general, number: =call.dnis, failed: end}\n    - say: p"
    assert said(after, "{callback.at|datetime}") == []


def test_hours_known_before_a_wait_are_not_known_in_a_repeated_prompt() -> None:
    guard = "when: [{not known(hours.branch.closes_at): end}]\n    - "
    menu = "{menu: p, keys: {'1': end}, giveup: end}"
    text = "{hours.branch.closes_at|datetime}"
    assert said(f"{guard}say: p", text) == []
    assert [line.split(" ")[1] for line in said(guard + menu, text, last=True)] == ["F508"]


WAITING = """\
flow: while_waiting
version: 1
languages: [tr]
start: start
nodes:
  start:
    - say: p
    - go: exit.done
"""


def test_a_flow_walked_in_a_queue_may_say_the_place() -> None:
    queue = (
        "{queue: general, wait: {flow: while_waiting},"
        " full: end, timeout: end, nobody: end, done: end}"
    )
    body = FLOW.replace("{step}", queue).replace("    - go: end\n", "")
    prompt = 'p: {tr: "{queue.position|number}"}\n'
    assert told(body, prompt, while_waiting=WAITING) == []
    elsewhere = body.replace(queue, "{run: while_waiting, failed: end}\n    - go: end")
    assert [line.split(" ")[1] for line in told(elsewhere, prompt, while_waiting=WAITING)] == [
        "F204"
    ]


def test_the_prompt_of_a_resumed_call_knows_nothing() -> None:
    body = FLOW.replace("{step}", "{say: hello}").replace(", flows: [while_waiting]", "")
    body = body.replace("nodes:\n", "resume: {within: 10m, say: p}\nnodes:\n")
    lines = told(body, 'p: {tr: "{customer.name}"}\n')
    assert lines == [
        "flows/prompts.yaml:4:10 F508 customer.name may be missing in p"
        " (said at flows/small.yaml:7:28); put it in [ ] or guard the step"
    ]


TWICE = """\
vars: {name: text = Ali}
nodes:
  start:
    - say: twice
    - hangup: bye
"""


def places(prompt: str) -> list[tuple[int, int]]:
    """Line and column of each value of the prompt `twice`."""
    flow = studied(TWICE, prompt)
    text = flow.flow.prompts["twice"]["tr"]
    found = [insert_place(flow.bundle, text, insert) for insert in text.template.inserts]
    return [(at.line, at.column) for at in found]


def test_equal_values_are_told_apart() -> None:
    assert places('twice: {tr: "{name} ya da {name}"}\n') == [(4, 14), (4, 27)]


def test_a_value_in_a_block_of_lines_is_found() -> None:
    assert places("twice:\n  tr: |-\n    Merhaba\n    {name|code}\n") == [(7, 5)]


def test_a_value_hidden_by_an_escape_is_placed_at_the_text() -> None:
    assert places('twice: {tr: "\\x7bname}"}\n') == [(4, 13)]
