"""Who reads what of the knowledge base, by his roles."""

from __future__ import annotations

import pytest

from ivr.tickets.knowledge import Reader
from ivr.web.api.knowledge.parts import reader_of
from ivr.web.permissions import Who


@pytest.mark.parametrize(
    ("roles", "inside", "edits"),
    [
        (("agent",), False, False),
        (("supervisor",), True, True),
        (("quality",), True, False),
        (("admin",), True, True),
        (("auditor",), True, True),
        (("agent", "supervisor"), True, True),
        ((), False, False),
    ],
)
def test_roles_decide(roles: tuple[str, ...], inside: bool, edits: bool) -> None:
    assert reader_of(Who("x", roles=roles)) == Reader("x", inside=inside, edits=edits)


def test_a_program_reads_what_agents_read() -> None:
    assert reader_of(Who("key:1", key_rights=frozenset({"kb:r", "kb:e"}))) == Reader("key:1")
