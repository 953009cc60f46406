"""The table of rights: default deny, the widest role counts, routes and rows fit together."""

from __future__ import annotations

from typing import get_args

import pytest

from ivr.domain.errors import NotAllowedError
from ivr.web.api.fields import Role
from ivr.web.permissions import (
    INSIDE,
    KEY,
    PARTS,
    RIGHTS,
    ROLES,
    Right,
    RightsError,
    Who,
    check_routes,
    demand,
    may,
)


def test_what_is_not_in_the_table_is_not_allowed() -> None:
    everybody = Who("x", roles=ROLES)
    assert may(everybody, "moon", "x") is None
    assert may(everybody, "session", "e") is None
    assert may(Who("x"), "session", "r") is None
    assert may(Who("x", roles=("root",)), "session", "r") is None


def test_the_widest_role_counts() -> None:
    assert may(Who("x", roles=("agent",)), "interaction", "r") == "o"
    assert may(Who("x", roles=("agent", "supervisor")), "interaction", "r") == "t"
    assert may(Who("x", roles=("auditor", "agent")), "interaction", "r") == "A"


def test_a_key_may_what_it_was_given_of_what_keys_may() -> None:
    key = Who("key:1", roles=("admin",), key_rights=frozenset({"call_control:x", "person:a"}))
    assert may(key, "call_control", "x") == "A"
    assert may(key, "person", "a") is None
    assert may(key, "interaction", "r") is None


def test_demand_says_no() -> None:
    assert demand(Who("x", roles=("admin",)), "person", "a") == "A"
    with pytest.raises(NotAllowedError, match="person:a"):
        demand(Who("x", roles=("agent",)), "person", "a")


def test_the_table_names_roles_that_are_there() -> None:
    assert {role for row in RIGHTS.values() for role in row} == {*ROLES, KEY}
    assert get_args(Role) == ROLES
    assert set(RIGHTS) >= INSIDE


def test_rows_without_a_route_stop_the_start() -> None:
    check_routes(RIGHTS)
    check_routes(set(RIGHTS) - INSIDE)
    check_routes(PARTS[0])
    with pytest.raises(RightsError, match=r"rows without a route: \['call_control:x'\]"):
        check_routes(set(RIGHTS) - {Right("call_control", "x")})


def test_a_part_may_be_left_out_but_not_half_of_one() -> None:
    tickets = next(part for part in PARTS if Right("ticket", "r") in part)
    check_routes(PARTS[0] | tickets)
    with pytest.raises(RightsError, match=r"rows without a route: \['ticket:a'\]"):
        check_routes((PARTS[0] | tickets) - {Right("ticket", "a")})


def test_every_right_belongs_to_one_part() -> None:
    assert frozenset().union(*PARTS, INSIDE) == set(RIGHTS)
    assert sum(map(len, PARTS)) + len(INSIDE) == len(RIGHTS)
