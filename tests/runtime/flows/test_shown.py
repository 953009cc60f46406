"""The flows of the running server as people look at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.domain.errors import NotFoundError
from ivr.domain.events import LegEnded
from tests.fakes.flow_shelf import desk_library, desk_shown
from tests.fakes.house import FLOW, NUMBER, House, desk_files

if TYPE_CHECKING:
    from ivr.runtime.flows.library import Library
    from ivr.runtime.flows.shown import FlowsShown


def shown(house: House) -> tuple[FlowsShown, Library]:
    """What is shown of the flows of the house, and the library that they are published to."""
    library = desk_library(house.book)
    return desk_shown(library, house.switch.calls), library


async def test_a_flow_is_shown_with_its_numbers_and_who_is_in_which_node_now(house: House) -> None:
    flows, _library = shown(house)
    call = await house.ring()
    assert call.state is not None
    (now,) = flows.all()
    assert (now.flow.name, now.numbers, now.calls, now.older) == ("desk", (NUMBER,), 1, 0)
    assert dict(flows.one("desk").inside) == {"welcome": 1}
    await house.press(call, "2")
    assert dict(flows.one("desk").inside) == {"secret": 1}
    assert flows.one("desk").text == FLOW


async def test_who_began_with_a_version_of_before_is_counted_apart(house: House) -> None:
    flows, library = shown(house)
    await house.ring()
    edited = FLOW.replace("secret: true", "secret: true\n      nomatch: [pin_prompt]")
    await library.publish(desk_files(edited))
    (now,) = flows.all()
    assert (now.calls, now.older) == (1, 1)
    assert dict(flows.one("desk").inside) == {}, "its nodes are those of another map"


async def test_a_call_that_is_over_is_in_no_node(house: House) -> None:
    flows, _library = shown(house)
    call = await house.ring()
    await house.press(call, "3")
    assert flows.all()[0].calls == 1, "the farewell is being said"
    await house.switch.deliver(call.id, LegEnded())
    assert flows.all()[0].calls == 0


async def test_a_broken_edit_is_told_until_it_is_mended(house: House) -> None:
    flows, library = shown(house)
    assert not flows.verdict.refused
    await library.publish(desk_files(FLOW.replace("giveup: bye", "giveup: nowhere", 1)))
    assert flows.verdict.refused
    assert [p.code for p in flows.verdict.problems if p.severity == "error"] == ["F201"]
    await library.publish(desk_files())
    assert not flows.verdict.refused
    assert [p for p in flows.verdict.problems if p.severity == "error"] == []


def test_a_flow_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        desk_shown().one("other")
