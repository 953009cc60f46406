"""Who serves a queue: skills, steps, teams and agents of before, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems


def test_teams_may_be_a_plain_list(load: Load) -> None:
    config = load("queues: {cards: {members: {teams: [card_desk]}}}")
    assert config.queues["cards"].members.teams["card_desk"].tier == 1


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("need: {a: {min: x}}", '34 C103 error "x" is not a whole number from 0 to 100'),
        ("steps: [{after: 1s, set: {a: {}}, drop: [a]}]", '26 C130 error "a" stands in more than'),
        ("steps: [{drop: [a]}]", '26 C102 error steps needs "after"'),
        ("sticky: {sources: [list]}", "37 C103 error this must be ticket_owner"),
        ("misses: {allow: 6}", "26 C130 error allow is 6, but only the last 5 offers are seen"),
        ("misses: {of: 1}", "26 C130 error allow is 2, but only the last 1 offers are seen"),
        ("misses: {cooldown: 11m}", '37 C103 error "11m" is out of range; 0s to 600s'),
        (
            "misses: {max_offers_per_minute: 3}",
            "26 C130 error max_offers_per_minute holds for all queues: it stands in acd.misses",
        ),
    ],
)
def test_what_cannot_serve_is_told_at_its_place(problems: Problems, inside: str, line: str) -> None:
    found = problems(f"queues: {{cards: {{{inside}}}, loans: {{}}}}")
    assert found[0].startswith(f"1:{line}"), found
    assert len(found) == 1
