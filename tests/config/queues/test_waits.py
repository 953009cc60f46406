"""Ways out of a wait, and what is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.config.conftest import Problems


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("overflow: [{when: {}, to: {exit: full}}]", "36 C130 error when names no condition"),
        (
            "overflow: [{when: {waiting: 1}, to: {}}]",
            "54 C130 error to wants one of exit, queue, flow, callback, number",
        ),
        (
            "overflow: [{when: {waiting: 1}, to: {exit: full, queue: cards}}]",
            "54 C130 error to wants one of exit, queue, flow, callback, number",
        ),
        ("callback: {window: later}", "37 C103 error this must be now or choose"),
        ("rejoin: {identity: []}", "26 C130 error identity names no way to know callers again"),
        ("rejoin: {identity: [pin]}", "26 C130 error identity: [pin] and customer belong together"),
        ("rejoin: {customer: no}", "26 C130 error identity: [pin] and customer belong together"),
        (
            "service_level: {count_short: true}",
            "33 C130 error count_short is for variant: F8; F3 counts its own way",
        ),
        (
            "service_level: {variant: F8, count_short: true, count_abandoned: false}",
            "33 C130 error count_short needs count_abandoned",
        ),
        ("service_level: {variant: F9}", "43 C103 error this must be F1, F2, F3, F4, F5, F6, F7 "),
        ("rejoin: {identity: [ani]}", "38 C103 error this must be attested_ani or pin"),
    ],
)
def test_a_way_that_leads_nowhere_is_told_at_its_place(
    problems: Problems, inside: str, line: str
) -> None:
    found = problems(f"queues: {{cards: {{{inside}}}, loans: {{}}}}")
    assert found[0].startswith(f"1:{line}"), found
    assert len(found) == 1
