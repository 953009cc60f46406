"""How long data is kept, as it is written in config.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.config.keeping.retention import retention_of
from ivr.tickets.retention import Data, Period

if TYPE_CHECKING:
    from tests.config.conftest import Load, Problems

OURS = """\
zone: Europe/Istanbul
retention:
  nightly: false
  audit_head: /srv/proof/heads.jsonl
  periods:
    - {data: interaction, queue: cards, outcome: handled, years: 3}
    - {data: journal, days: 200}
"""


def test_periods_hold_for_what_they_name(load: Load) -> None:
    config = load(OURS)
    assert (config.retention.nightly, config.retention.audit_head[:10]) == (False, "/srv/proof")
    found = retention_of(config.retention, config.queues)
    assert found.period(Data.INTERACTION, "cards", "handled") == Period(years=3)
    assert found.period(Data.INTERACTION, "cards") == Period(years=5)
    assert found.period(Data.JOURNAL) == Period(days=200)


def test_without_a_word_everything_is_kept_as_usual(load: Load) -> None:
    config = load("zone: Europe/Istanbul\n")
    assert config.retention.nightly
    assert retention_of(config.retention, config.queues).period(Data.JOURNAL) == Period(days=400)


def test_a_queue_says_how_long_its_recordings_are_kept(load: Load) -> None:
    queues = "queues: {cards: {recording: {keep: 1y}}, loans: {recording: {}}, general: {}}"
    config = load(f"zone: Europe/Istanbul\n{queues}\n")
    found = retention_of(config.retention, config.queues)
    assert found.period(Data.RECORDING, "cards") == Period(years=1)
    assert found.period(Data.RECORDING, "loans") == found.period(Data.RECORDING)
    assert found.period(Data.INTERACTION, "cards") == Period(years=5)


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("{data: audit, years: 2}", "at least 3 years"),
        ("{data: journal}", "at least one day"),
        ("{data: jurnal, days: 3}", 'did you mean "journal"'),
    ],
)
def test_what_may_not_be_is_refused(problems: Problems, period: str, said: str) -> None:
    found = problems(f"zone: Europe/Istanbul\nretention:\n  periods:\n    - {period}\n")
    assert any(said in line for line in found), found
