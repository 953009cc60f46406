"""Random callers find what is planted, and the talk shrinks to the shortest that shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.domain.commands import CloseInteraction, Note
from ivr.flow.cases import fuzz, read_cases
from tests.flow.cases.scene import (
    PROMPTS,
    SHOP,
    bank_stage,
    bank_tests,
    bundles,
    case_file,
    stage,
)

if TYPE_CHECKING:
    from ivr.flow.cases.stage import Stage

FILE = "flow: shop\nfuzz: {callers: 200, seed: 7}\n"


def found(on: Stage, text: str = FILE):  # type: ignore[no-untyped-def]
    """The first failure of 200 callers."""
    result = fuzz(case_file(text, on), on, most=1)
    assert result.failures, "nothing was found"
    return result.failures[0]


def test_a_sound_flow_keeps_everything() -> None:
    result = fuzz(case_file(FILE), stage())
    assert (result.callers, result.failures) == (200, ())
    assert result.seconds > 200


def test_the_bank_keeps_everything_and_nothing_leaks() -> None:
    on = bank_stage()
    files, _problems = read_cases({"bank.test.yaml": bank_tests()}, bundles(on), on.book.world)
    result = fuzz(files[0], on)
    assert (result.callers, result.failures) == (500, ())


def test_a_planted_error_is_found_and_shrunk() -> None:
    wrong = SHOP.replace("set: {mood: =order.state}", "set: {mood: =text(1 / order.count)}")
    given = "defaults: {given: {order: {count: 0}}}\n"
    text = f"flow: shop\n{given}fuzz: {{callers: 300, seed: 7, keep: [no_error]}}\n"
    on = stage(wrong.replace("1 / order.count", "1 / (order.count - order.count)"))
    failure = found(on, text)
    assert (failure.what, failure.message) == ("no_error", "error E201")
    assert [act.text[:10] for act in failure.case.talk] == ['presses: "', 'presses: "']
    assert failure.case.talk[0].text == 'presses: "1"'
    assert len(failure.case.talk[1].text) == len('presses: "123"')
    assert failure.conversation


def test_a_failure_can_be_reproduced_by_its_number() -> None:
    tight = SHOP.replace("stuck_within: 90s", "stuck_within: 8s")
    on = stage(tight)
    failure = found(on)
    (again,) = fuzz(case_file(FILE, on), on, numbers=[failure.number]).failures
    assert again == failure
    assert str(again.problem) == (
        f"shop.test.yaml:2:7 T203 fail fuzz caller {failure.number} (seed 7): {failure.message};"
        f" reproduce with --caller {failure.number}"
    )
    assert [act.text for act in failure.case.talk] in (
        ['presses: "1"'],
        ['presses: "2"'],
        ['presses: "*"'],
    )


def test_a_secret_that_gets_out_is_found() -> None:
    def leaking(state, event, book):  # type: ignore[no-untyped-def]
        state, commands = stage().step(state, event, book)
        pin = state.frames[0].variables.get("pin") if state.frames else None
        if pin is not None:
            commands = (*commands, Note(what="log", facts={"pin": pin._inside}))
        return state, commands

    on = replace(stage(_keeps_pin()), step=leaking)
    failure = found(on, "flow: shop\nfuzz: {callers: 300, seed: 7, keep: [no_leak]}\n")
    assert failure.message == "a secret entry of 6 keys was found (plain)"
    assert len(failure.case.talk) == 2


def _keeps_pin() -> str:
    """The shop, with the PIN still needed after it was given."""
    return SHOP.replace(
        "    - run: check\n",
        '    - menu: choose\n      keys: {"1": next_one}\n      giveup: desk\n'
        "  next_one:\n    - when:\n        - known(pin) and len(pin) == 6: farewell\n"
        "    - run: check\n",
    )


@pytest.mark.parametrize(("times", "message"), [(0, "the call never ends"), (2, "2 outcomes")])
def test_one_outcome_and_an_end_are_demanded(times: int, message: str) -> None:
    def counting(state, event, book):  # type: ignore[no-untyped-def]
        state, commands = stage().step(state, event, book)
        closing = [one for one in commands if isinstance(one, CloseInteraction)]
        others = [one for one in commands if not isinstance(one, CloseInteraction)]
        return state, (*others, *closing * times)

    keep = "ends" if times == 0 else "one_outcome"
    on = replace(stage(), step=counting)
    failure = found(on, f"flow: shop\nfuzz: {{callers: 5, seed: 7, keep: [{keep}]}}\n")
    assert failure.message == message
    assert failure.case.talk == ()


def test_a_file_without_fuzz_has_no_callers() -> None:
    assert fuzz(case_file("flow: shop\n"), stage()).callers == 0
    assert PROMPTS
