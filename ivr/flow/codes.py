"""Every code that `ivr check`, `ivr test`, the configuration or a running call can report.

F: flows and prompts. V: surveys. C: config.yaml and its tables. ACD: its queues. T: flow tests. E:
faults while a call runs.
A code keeps its meaning for ever; one that is given up is never used for anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies import (
    config,
    files,
    listening,
    names,
    queues,
    running,
    shapes,
    surveys,
    tickets,
    ways,
    world,
)
from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CODES", "Code"]

_PARTS = (files, shapes, names, listening, ways, world, tickets, surveys, config, queues, running)

CODES: Mapping[str, Code] = {code: page for part in _PARTS for code, page in part.CODES.items()}
"""Code -> its page, in the order of their numbers within F, V, C, ACD, T and E."""
