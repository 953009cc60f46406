"""Verbs that are checked but not carried out yet take a way on, whatever it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ivr.engine.verbs import SPECS, VERBS
from ivr.engine.verbs.unbuilt import maybe, worth
from ivr.flow.fields import Valued
from tests.engine.verbs.unbuilt import asked

if TYPE_CHECKING:
    from ivr.engine.view import View


def test_they_leave_a_note_and_take_the_exit_for_a_failure() -> None:
    note = asked("    - record: start")
    assert {"verb", "step", "exit", "pii"} == set(note)


def test_every_unbuilt_verb_says_by_which_exit_it_leaves() -> None:
    unbuilt = {name: spec.instead for name, spec in SPECS.items() if not spec.built}
    taken = {name: VERBS[name].begin.__closure__ for name in unbuilt}
    for name, instead in unbuilt.items():
        cells = [cell.cell_contents for cell in taken[name] or ()]
        assert instead in cells


def test_a_value_that_is_not_there_is_left_out_or_none() -> None:
    view = cast("View", Plain())
    assert maybe(view, None) is None
    assert maybe(view, Valued("a", literal="a")) == "a"
    assert worth(view, {"a": Valued("a", literal="a"), "b": Valued("")}) == {"a": "a"}


class Plain:
    """A view that knows literals only."""

    def value(self, given: Valued) -> str | None:
        return given.literal
