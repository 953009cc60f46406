"""What callers may walk while they wait in a queue. `§` marks the mistake."""

from __future__ import annotations

import pytest

from tests.flow.shop import HEAD, check, check_warning, errors, files, problems, shop

COMFORT = """\
flow: comfort
version: 1
languages: [tr, en]
start: tell
inputs: {position: number?, estimate: duration?}
exits: [voicemail]
nodes:
  tell:
    - say: hello
      only: known(position) and known(estimate)
    - go: exit.voicemail
"""
QUEUE = "- queue: sales\n  wait: WAIT\n  full: end\n  timeout: end\n  nobody: end\n  done: end\n"


def folder(wait: str, comfort: str = COMFORT) -> dict[str, bytes]:
    head = HEAD.replace("flows: [pin]", "flows: [comfort]")
    return files(shop(QUEUE.replace("WAIT", wait), head=head), comfort=comfort)


def test_a_flow_with_all_its_exits_named_may_be_walked() -> None:
    assert errors(folder("{flow: comfort, music: calm.wav, voicemail: end}")) == []


@pytest.mark.parametrize(
    ("wait", "message"),
    [
        ("{flow: §comfort}", 'F107 error wait must say where "voicemail" leads'),
        (
            "{flow: comfort, voicemail: end, §musik: end}",
            'F108 error wait has no field "musik", nor has its flow such an exit; '
            'did you mean "music"?',
        ),
        (
            "{§voicemail: end}",
            'F108 error wait has no field "voicemail", nor has its flow such an exit',
        ),
        (
            "{flow: comfort, voicemail: end, §say: hello}",
            "F114 error nothing is said beside a flow; say it in comfort",
        ),
        ("{flow: comfort, voicemail: §away}", 'F201 error no node "away"'),
    ],
)
def test_a_wait_that_cannot_be_is_told_where_it_is(wait: str, message: str) -> None:
    check(folder(wait), message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "    - go: exit.voicemail",
            "    - hangup: bye",
            "F114 error comfort holds hangup, which would lead out of the queue",
        ),
        (
            "position: number?",
            "position: text?",
            "F114 error comfort is given position (number?), estimate (duration?), "
            'not "position" (text?)',
        ),
    ],
)
def test_what_would_cost_the_place_is_no_flow_for_waiting(old: str, new: str, message: str) -> None:
    check(folder("{flow: §comfort, voicemail: end}", COMFORT.replace(old, new)), message)


def test_neither_may_a_flow_that_it_runs() -> None:
    head = "uses: {flows: [deeper]}\nexits: [voicemail]\n"
    comfort = COMFORT.replace("exits: [voicemail]\n", head)
    comfort = comfort.replace("    - go:", "    - run: deeper\n      failed: exit.done\n    - go:")
    deeper = (
        "flow: deeper\nversion: 1\nlanguages: [tr, en]\nstart: out\nuses: {queues: [support]}\n"
        "exits: [done]\nnodes:\n  out:\n" + "".join(f"    {x}\n" for x in _QUEUE.splitlines())
    )
    found = folder("{flow: §comfort, voicemail: end}", comfort) | {
        "flows/deeper.yaml": deeper.encode()
    }
    check(found, "F114 error deeper holds queue, which would lead out of the queue")


_QUEUE = (
    "- queue: support\n  full: exit.done\n  timeout: exit.done\n  nobody: exit.done\n"
    "  done: exit.done\n"
)

ASKS = COMFORT.replace(
    "    - go: exit.voicemail",
    "    - menu: hello\n      keys: {'1': exit.voicemail}\n      giveup: exit.done\n"
    "      §unbroken: true",
)
DEEPER = """\
flow: deeper
version: 1
languages: [tr, en]
start: out
nodes:
  out:
    - menu: hello
      keys: {'1': exit.done}
      giveup: exit.done
      unbroken: true
"""
WALKED = "{flow: comfort, voicemail: end}"


def remarks(found: dict[str, bytes]) -> list[str]:
    return [one.message for one in problems(found) if one.code == "F115"]


def test_a_question_of_a_wait_flow_may_be_unbroken() -> None:
    assert remarks(folder(WALKED, ASKS)) == []


def test_so_may_one_of_a_flow_that_is_run_by_it_and_the_step_that_runs_it() -> None:
    comfort = COMFORT.replace("exits:", "uses: {flows: [deeper]}\nexits:").replace(
        "    - go:", "    - run: deeper\n      unbroken: true\n      failed: next\n    - go:"
    )
    assert remarks(folder(WALKED, comfort) | {"flows/deeper.yaml": DEEPER.encode()}) == []


def test_elsewhere_it_has_no_effect_and_that_is_told() -> None:
    steps = "- menu: hello\n  keys: {'1': end}\n  giveup: end\n  §unbroken: true"
    message = "no queue has shop as its wait.flow: unbroken has no effect"
    check_warning(files(shop(steps)), f"F115 warning {message}")


def test_at_a_step_that_takes_no_time_neither() -> None:
    message = "say does not wait for the caller: unbroken has no effect"
    comfort = COMFORT.replace("- say: hello", "- say: hello\n      §unbroken: true")
    check_warning(folder(WALKED, comfort), f"F115 warning {message}")


def test_written_as_false_it_is_no_mistake() -> None:
    assert remarks(files(shop("- say: hello\n  unbroken: false\n- go: end"))) == []
