"""Who sees figures of single people."""

from __future__ import annotations

from ivr.web.api.reports.asking import mistake, sees_persons
from ivr.web.permissions import Who


def test_only_the_administrator_sees_no_people() -> None:
    assert not sees_persons(Who("x", roles=("admin",)))
    assert sees_persons(Who("x", roles=("admin", "quality")))
    assert sees_persons(Who("x", roles=("agent",)))
    assert sees_persons(Who("key:1", key_rights=frozenset({"report:r"})))


def test_a_mistake_names_the_parameter() -> None:
    assert mistake("by", "no").errors[0]["pointer"] == "/by"
