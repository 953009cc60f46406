"""Telephones of agents: where they are, and whether they ring."""

from __future__ import annotations

import pytest

from ivr.acd.words import AgentCard
from ivr.domain.agent import AgentId, Reach
from ivr.domain.errors import EndpointUnreachableError, NotFoundError
from ivr.runtime.groups.telephones import Telephones
from tests.fakes.floor import Hosted, card


@pytest.fixture
async def telephones() -> Telephones:
    hosted = Hosted()
    number = {Reach.SIP: "+905321112233"}
    await hosted.host._rebuild(
        hosted.rules, (card("ayse"), AgentCard(AgentId("can"), 2, ("desk",), endpoints=number))
    )
    return Telephones(hosted.host)


def test_each_way_has_telephones_of_its_own(telephones: Telephones) -> None:
    assert telephones.of(Reach.SIMULATOR) == {"ayse": "sim:ayse", "can": ""}
    assert telephones.address("ayse", Reach.SIMULATOR) == "sim:ayse"
    assert telephones.address("ayse", Reach.SIP) == ""
    assert telephones.address("nobody", Reach.SIP) == ""


def test_a_number_of_ours_is_told_apart_from_one_that_somebody_typed(
    telephones: Telephones,
) -> None:
    assert telephones.address("can", Reach.SIP) == "tel:+905321112233"


def test_whoever_cannot_be_rung_up_by_any_way_is_not_there(telephones: Telephones) -> None:
    telephones.reaches = {Reach.SIMULATOR: lambda _at: False}
    with pytest.raises(EndpointUnreachableError, match="sim:ayse"):
        telephones.check("ayse")
    telephones.reaches = {Reach.SIMULATOR: lambda address: address == "sim:ayse"}
    telephones.check("ayse")
    with pytest.raises(NotFoundError):
        telephones.check("nobody")
