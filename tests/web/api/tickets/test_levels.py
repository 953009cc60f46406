"""Priority and severity have one name for each level."""

from __future__ import annotations

from typing import get_args

from ivr.tickets.resolving import KINDS
from ivr.web.api.tickets.levels import (
    Kind,
    Priority,
    Severity,
    priority_level,
    priority_name,
    severity_level,
    severity_name,
)


def test_names_and_levels_lead_to_each_other() -> None:
    assert [priority_level(name) for name in get_args(Priority)] == [1, 2, 3, 4]
    assert [severity_level(name) for name in get_args(Severity)] == [1, 2, 3]
    assert all(priority_name(priority_level(name)) == name for name in get_args(Priority))
    assert all(severity_name(severity_level(name)) == name for name in get_args(Severity))
    assert (priority_level(""), severity_level("")) == (0, 0)


def test_the_kinds_are_those_of_the_rules() -> None:
    assert get_args(Kind) == KINDS
