"""A flow as data: what holds when nobody wrote it, and what two flows have to differ in."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from ivr.domain.problem import Position
from ivr.flow.fields import Fields
from ivr.flow.model import (
    DONE,
    ERROR,
    EXIT_PREFIX,
    FAILED,
    NEXT,
    AlwaysKey,
    Bundle,
    Exits,
    Flow,
    Listening,
    Node,
    Promises,
    Rescue,
    Step,
    Variable,
)
from ivr.flow.reader_tree import Map
from ivr.flow.types import TEXT

AT = Position("flows/shop.yaml", 3, 3)


def step(only: str | None = None) -> Step:
    """A step that says hello."""
    fields = Fields.model_validate({"only": only})
    return Step("hello#say:welcome", "say", fields, Exits({NEXT: NEXT}), AT, "hello", 0)


def flow() -> Flow:
    """The smallest flow there is."""
    node = Node("hello", (step(),), AT)
    return Flow("shop", "flows/shop.yaml", ("tr",), "hello", {"hello": node})


def test_a_step_has_its_condition_at_hand() -> None:
    assert step().only is None
    only = step("hours.door.open").only
    assert only is not None
    assert only.text == "hours.door.open"


def test_the_way_a_step_was_written_does_not_count() -> None:
    moved = replace(step(), raw=Map((), AT, AT))
    assert moved == step()
    assert "raw" not in repr(moved)
    assert replace(step(), index=1) != step()


def test_a_flow_is_equal_to_itself_read_from_another_text() -> None:
    assert replace(flow(), raw=Map((), AT, AT)) == flow()
    assert replace(flow(), start="other") != flow()


def test_listening_goes_by_the_defaults_of_the_language() -> None:
    listening = Listening()
    assert (listening.first, listening.between, listening.last) == (5.0, 3.0, 0.0)
    assert (listening.tries, listening.end_key, listening.end_silence) == (3, "", 0.8)
    assert (listening.barge_in, listening.type_ahead, listening.speech) == (True, True, True)
    assert not listening.between_written


def test_nothing_is_promised_or_rescued_unless_written() -> None:
    promises = Promises()
    assert (promises.human_within, promises.stuck_within, promises.menu_depth) == (None,) * 3
    assert (promises.never_leaves, promises.rules) == ((), ())
    assert Rescue() == Rescue(error="", hangup="", emergency="")


def test_a_small_flow_has_no_more_than_its_nodes() -> None:
    small = flow()
    assert (dict(small.uses), dict(small.variables), dict(small.prompts)) == ({}, {}, {})
    assert (dict(small.inputs), dict(small.outputs), small.exits) == ({}, {}, ())
    assert (small.always, small.resume, small.is_sub_flow) == (None, None, False)
    assert small.listen == Listening()


def test_flows_share_no_map_by_default() -> None:
    assert flow().uses is not flow().uses
    assert AlwaysKey("0").words is not AlwaysKey("0").words


def test_exits_of_a_sub_flow_are_told_by_their_first_letters() -> None:
    assert [name.startswith(EXIT_PREFIX) for name in (DONE, FAILED, NEXT, ERROR)] == [
        *(True, True),
        *(False, False),
    ]


def test_a_variable_begins_without_a_value() -> None:
    variable = Variable("number", TEXT)
    assert (variable.default, variable.at) == (None, None)


def test_exits_are_written_and_lead_back_unless_said_otherwise() -> None:
    assert (Exits({}).unwritten, Exits({}).ends) == ((), False)


@pytest.mark.parametrize(
    "thing", [flow(), step(), Listening(), Bundle("0123456789ab", flow(), {"shop": flow()})]
)
def test_a_loaded_flow_cannot_be_changed(thing: object) -> None:
    field = next(iter(thing.__dataclass_fields__))  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        setattr(thing, field, "other")
