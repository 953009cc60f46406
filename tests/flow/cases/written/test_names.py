"""What a test file may name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.flow.cases.written.names import own_zone
from tests.flow.cases.scene import a_type, names, shop_world


def test_names_of_the_flow_and_its_sub_flows() -> None:
    known = names()
    assert {"apology", "welcome"} <= {*known.prompts}
    assert {"hello", "check.first"} <= {*known.nodes}
    assert {"shop.hello.menu.1", "hello.menu.1", "check.first.when.1"} <= {*known.exits}
    assert "emergency" in known.switches
    assert {"handled", "self_served"} <= {*known.outcomes}


def test_a_moment_needs_a_zone_that_is_known() -> None:
    found = names().moment("2026-11-23 10:30 Europe/Istanbul")
    assert found == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match='no time zone "Mars/Base"'):
        names().moment("2026-11-23 10:30 Mars/Base")


def test_literals_are_of_their_type() -> None:
    assert names().literal("true", a_type("bool")) is True
    moment = names().literal("2026-11-23 10:30 Europe/Istanbul", a_type("datetime"))
    assert moment == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def test_the_zone_of_the_configuration_is_known_by_its_name() -> None:
    zones = own_zone(shop_world())
    assert zones("Europe/Istanbul") is shop_world().zone
    assert zones("UTC") is UTC
    with pytest.raises(LookupError):
        zones("Europe/Berlin")
