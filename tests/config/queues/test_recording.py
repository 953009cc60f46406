"""The recording of the talks of a queue, and what is refused there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.config.queues.recording import QueueRecording
from ivr.tickets.retention import Period

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems


def test_every_key_is_read_and_nothing_is_recorded_without_it(load: Load) -> None:
    text = "recording: {mode: dual, keep: 90d, notice: told, transfers: end}"
    config = load(f"zone: Europe/Istanbul\nqueues: {{cards: {{{text}}}, loans: {{}}}}\n")
    found = config.queues["cards"].recording
    assert found is not None
    assert (found.mode, found.notice, found.transfers) == ("dual", "told", "end")
    assert found.keep == Period(days=90)
    assert config.queues["loans"].recording is None
    assert QueueRecording().keep is None


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        ("mode: mono", "36 C103 error this must be dual"),
        ("keep: 3h", '36 C103 error "3h" is no time to keep something; write days or years'),
        ("keep: 0d", '36 C103 error "0d" is no time to keep something'),
        ("keep: 900y", '36 C103 error "900y" is no time to keep something'),
        ("transfers: never", "41 C103 error this must be"),
        ("kep: 1y", '30 C101 error recording has no key "kep"; did you mean "keep"?'),
    ],
)
def test_what_is_not_built_is_refused(problems: Problems, inside: str, line: str) -> None:
    (found,) = problems(f"queues: {{cards: {{recording: {{{inside}}}}}, loans: {{}}}}")
    assert found.startswith(f"1:{line}"), found
