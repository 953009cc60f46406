"""Whether the agents there are can serve the queues as they are configured.

Decision: what only the list of agents makes wrong (ACD-E04, ACD-E06) does not keep a server from
starting, since an agent who has left must not cost all others their telephones; it is said at the
start. A changed configuration that brings such a mistake in is refused.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.config.calendars import find_zone
from ivr.config.routing import judged
from ivr.domain.problem import Severity
from ivr.runtime.groups.cards import card_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.config.model import Config
    from ivr.domain.problem import Problem
    from ivr.runtime.ports.desk import Agents

_LOG = logging.getLogger(__name__)


async def judge_agents(config: Config, agents: Agents) -> tuple[Problem, ...]:
    """What is wrong with the queues for the agents that are stored. Raises StoreError."""
    zone = find_zone(config.zone)
    return judged(config, [card_of(row, zone) for row in await agents.all()])


def brought_in(before: Sequence[Problem], now: Sequence[Problem]) -> list[Problem]:
    """Errors that were not there before, wherever in the file they stand."""
    known = {(problem.code, problem.message) for problem in before}
    errors = [problem for problem in now if problem.severity is Severity.ERROR]
    return [problem for problem in errors if (problem.code, problem.message) not in known]


def log(problems: Sequence[Problem]) -> None:
    """Say each to whoever reads the log."""
    for problem in problems:
        level = logging.ERROR if problem.severity is Severity.ERROR else logging.WARNING
        _LOG.log(level, "queues_problem", extra={"facts": {"problem": str(problem)}})
