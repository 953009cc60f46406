"""How one listen goes: the step, else the flow, else the language."""

from __future__ import annotations

from ivr.flow.fields import ListenFields
from ivr.flow.load.listening import listening_of
from ivr.flow.model import Listening


def read(**written: str) -> ListenFields:
    return ListenFields.model_validate(written)


def test_without_a_word_the_defaults_of_the_language_hold() -> None:
    assert listening_of(read(), Listening()) == Listening(5.0, 3.0, 0.0, 3, "", True, True, True)


def test_the_flow_wins_over_the_language_and_the_step_over_the_flow() -> None:
    flow = listening_of(read(first="6s", tries="2", barge_in="false"), Listening())
    step = listening_of(read(first="9s", end_key="#"), flow)
    assert (step.first, step.tries, step.end_key, step.barge_in) == (9.0, 2, "#", False)


def test_only_the_step_itself_counts_as_having_written_between() -> None:
    flow = listening_of(read(between="2s"), Listening())
    assert flow.between_written
    assert not listening_of(read(first="1s"), flow).between_written
    assert listening_of(read(between="1s"), flow).between_written
