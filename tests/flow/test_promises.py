"""The figures of flow-example.md section 6, and those of larger flows."""

from __future__ import annotations

import math

import pytest

from ivr.engine.verbs import SPECS
from ivr.flow.promises import Worst, prove, worst
from ivr.flow.spec import CallerKind
from tests.flow.checker.bank import WORLD, bank_files, small
from tests.flow.checker.paths.cases import bundle_of, problems

SILENT, WRONG, SLOW = CallerKind.SILENT, CallerKind.WRONG, CallerKind.SLOW
PROVEN = prove(bundle_of(bank_files(), "bank"), SPECS, WORLD)


@pytest.mark.parametrize(
    ("language", "kind", "seconds", "nodes"),
    [
        ("tr", SILENT, 41.8, "welcome main agent"),
        ("en", SILENT, 40.6, "welcome main closed voicemail"),
        ("tr", WRONG, 28.1, "welcome main agent"),
        ("en", WRONG, 27.3, "welcome main agent"),
        ("tr", SLOW, 43.1, "welcome main agent"),
        ("en", SLOW, 42.3, "welcome main agent"),
    ],
)
def test_the_way_to_a_person(language: str, kind: CallerKind, seconds: float, nodes: str) -> None:
    found = PROVEN[language].human["start"][kind]
    assert (round(found.seconds, 1), " ".join(found.nodes)) == (seconds, nodes)


@pytest.mark.parametrize(("language", "seconds"), [("tr", 162.3), ("en", 164.5)])
def test_the_worst_question(language: str, seconds: float) -> None:
    found = PROVEN[language].worst_stuck()
    assert found is not None
    assert (round(found.seconds, 1), found.point, found.kind) == (seconds, "lost_card.ask", SLOW)


@pytest.mark.parametrize(("language", "seconds"), [("tr", 14.2), ("en", 13.6)])
def test_the_key_to_an_agent(language: str, seconds: float) -> None:
    found = PROVEN[language].worst_agent_key()
    assert found is not None
    assert round(found.seconds, 1) == seconds


def test_rescue_targets_have_figures_of_their_own() -> None:
    assert sorted(PROVEN["tr"].human) == ["emergency", "error", "start"]
    found = PROVEN["tr"].worst_human("error")
    assert found is not None
    assert found.nodes == ("sorry", "agent")


def test_the_worst_of_none_is_none() -> None:
    assert worst({}) is None
    assert worst({SILENT: Worst(1.0, SILENT), SLOW: Worst(2.0, SLOW)}) == Worst(2.0, SLOW)


def test_a_caller_who_never_gets_there() -> None:
    body = "nodes:\n  start:\n    - menu: menu\n      keys: {'1': out}\n      giveup: start\n"
    proven = prove(bundle_of(small(body + "  out:\n    - hangup\n"), "small"), SPECS, WORLD)
    found = proven["tr"].worst_human()
    assert found is not None
    assert math.isinf(found.seconds)
    assert found.circle == ("start", "start")


def test_a_fault_leads_through_rescue_and_then_ends() -> None:
    body = (
        "rescue: {error: sorry}\nnodes:\n  start:\n    - record: start\n      notice: hello\n"
        "      refuse_key: '9'\n    - hangup\n  sorry:\n    - say: hello\n    - say: hello\n"
        "    - record: start\n      notice: hello\n      refuse_key: '9'\n    - hangup\n"
    )
    proven = prove(bundle_of(small(body), "small"), SPECS, WORLD)
    found = proven["tr"].worst_human()
    assert found is not None
    assert (found.seconds, found.nodes) == (17.0, ("start", "sorry"))


def large(count: int = 200) -> dict[str, bytes]:
    """A flow of many nodes, each with a menu, every fifth with a lookup, some in counted loops."""
    lines = [
        *("flow: big", "version: 1", "languages: [tr, en]", "start: n0"),
        "promises: {human_within: 9h, stuck_within: 9h, agent_key_within: 9h, menu_depth: 99}",
        *("uses: {queues: [general], sources: [customer]}", 'always: {"0": {go: agent}}'),
        *("rescue: {error: agent, emergency: agent}", "nodes:"),
    ]
    prompts = ['hi: {tr: "Merhaba", en: "Hello"}']
    for number in range(count):
        prompts.append(f'p{number}: {{tr: "Burası {"x" * (number % 30)}", en: "This is"}}')
        prompts.append(f'm{number}: {{tr: "Bir 1, iki 2.", en: "Press 1 or press 2."}}')
        lines += _node(number, count)
    lines += ["  agent:", "    - {queue: general, full: bye, timeout: bye, nobody: bye, done: bye}"]
    lines += ["  bye:", "    - hangup: hi"]
    files = {"flows/big.yaml": "\n".join(lines), "flows/prompts.yaml": "\n".join(prompts)}
    return {path: text.encode() for path, text in files.items()}


def _node(number: int, count: int) -> list[str]:
    lines = [f"  n{number}:", f"    - say: p{number}"]
    if number % 5 == 0:
        lines += ["    - fetch: customer", "      with: {phone: =call.dnis}", "      limit: 4s"]
        lines += ["      meanwhile: hi", "      missing: next", "      failed: next"]
    turns_back = number % 9 == 4 and number > 4
    if turns_back:
        lines += ["    - when:", f"        - visits('n{number}') >= 3: agent"]
    keys = f'{{"1": n{(number + 1) % count}, "2": n{(number * 7 + 3) % count}}}'
    onward = f"n{number - 2}" if turns_back else f"n{number + 1}"
    giveup = "agent" if number == count - 1 else onward
    return [*lines, f"    - menu: m{number}", f"      keys: {keys}", f"      giveup: {giveup}"]


@pytest.mark.unmeasured
def test_a_large_flow_is_checked() -> None:
    assert problems(large(), "big") == []
    proven = prove(bundle_of(large(), "big"), SPECS, WORLD)
    found = proven["tr"].worst_human()
    assert found is not None
    assert found.nodes.count("n13") == 3  # two rounds, and the third visit leads out
    assert found.nodes[-1] == "agent"
