"""What flows know of the outside: which flow answers a number, and what is there by default."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest

from ivr.flow.types import parse_type
from ivr.flow.world import QueueShape, SourceShape, TrunkShape, World

WORLD = World(
    numbers={"+908502220000": "bank", "+908502221111": "shop"},
    number_only_on={"+908502221111": ("main", "spare")},
)
DIGITS = parse_type("digits", currency="TRY", records={})
ORDER = SourceShape("order", takes={"number": DIGITS}, gives={"state": DIGITS})


@pytest.mark.parametrize(
    ("called", "trunk", "flow"),
    [
        ("+908502220000", "main", "bank"),
        ("+908502220000", "browser", "bank"),
        ("+908502221111", "main", "shop"),
        ("+908502221111", "spare", "shop"),
        ("+908502221111", "browser", None),
        ("+908502229999", "main", None),
        ("", "", None),
    ],
)
def test_a_number_is_answered_by_its_flow_on_its_trunks(
    called: str, trunk: str, flow: str | None
) -> None:
    assert WORLD.flow_of(called, trunk) == flow


def test_a_number_that_no_trunk_may_answer_is_answered_nowhere() -> None:
    world = replace(WORLD, number_only_on={"+908502220000": ()})
    assert world.flow_of("+908502220000", "main") is None


def test_a_trunk_of_a_number_without_a_flow_answers_nothing() -> None:
    world = World(number_only_on={"+908502220000": ("main",)})
    assert world.flow_of("+908502220000", "main") is None


def test_a_record_carries_the_name_and_the_fields_of_its_source() -> None:
    record = ORDER.record
    assert (record.name, dict(record.fields)) == ("order", {"state": DIGITS})
    assert record.is_record
    assert not record.optional


def test_a_source_is_quick_repeatable_and_takes_no_secrets_unless_said_otherwise() -> None:
    assert (ORDER.limit_s, ORDER.repeatable) == (1.5, True)
    assert (ORDER.not_found, ORDER.takes_sealed) == (False, False)


def test_a_trunk_can_do_everything_but_hear_words_unless_said_otherwise() -> None:
    trunk = TrunkShape("main", "simulator")
    can = (trunk.two_timers, trunk.keeps_keys, trunk.can_pay, trunk.pauses_recording)
    assert can == (True,) * 4
    assert trunk.survives_restart
    assert (trunk.speech, trunk.document_limit_bytes, trunk.keeps_secret_digits) == ((), 0, False)


def test_an_empty_world_is_in_turkey_and_has_nothing() -> None:
    world = World()
    assert (world.zone, world.country, world.currency) == (UTC, "TR", "TRY")
    assert (world.queues, world.surveys, world.payments, world.outcomes) == ((),) * 4
    maps = (world.calendars, world.sources, world.places, world.switches, world.trunks)
    assert all(dict(one) == {} for one in maps)
    assert world.flow_of("+908502220000", "main") is None
    assert World().numbers is not world.numbers


def test_a_wait_may_go_on_from_queue_to_queue_each_told_once() -> None:
    shapes = {
        "a": QueueShape("a", leads_to=("b", "x")),
        "b": QueueShape("b", leads_to=("c", "a")),
        "c": QueueShape("c", flows=("message", "main")),
    }
    world = World(queue_shapes=shapes, numbers={"+908502220000": "main"})
    assert [one.name for one in world.waits_from("a")] == ["a", "b", "c"]
    assert world.waits_from("x") == ()
    assert world.instead == {"message"}, "what a number leads to is no flow of queues alone"
