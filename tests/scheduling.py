"""Which worker of pytest-xdist runs which tests."""

from __future__ import annotations

import os
from functools import cache

from xdist.scheduler import LoadScopeScheduling

_BY_THE_CLOCK = (
    *("tests/calls/conformance/", "tests/calls/peers/", "tests/calls/test_sip_"),
    *("tests/calls/test_agents_sip", "tests/calls/test_calling_sip", "tests/calls/test_pyvoip"),
    *("tests/calls/test_surveys_sip", "tests/calls/test_survey_transfers", "tests/calls/messages/"),
    *("tests/channels/sip/sound/", "tests/channels/pyvoip/"),
)
"""Tests that hear and time real sound: two at once on a small machine disturb each other."""
_TOGETHER = ("tests/cti/adapters/",)
"""They share a server that takes long to start."""
_KINDNESS = 5
_LONG = (
    *("tests/calls/", "tests/cti/adapters/", "tests/cti/outbox/"),
    *("tests/store/intake/", "tests/web/"),
)
"""Files that take tens of seconds: begun early, so that no worker is left alone with one."""


class InTime(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """File by file, and all that goes by the clock on one worker, whose pauses others fill."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(_BY_THE_CLOCK):
            return "clock"
        folder = next((each for each in _TOGETHER if nodeid.startswith(each)), "")
        return folder or nodeid.partition("::")[0]


def place(nodeid: str) -> int:
    """Where a test stands in the order of all: a smaller number is begun sooner."""
    if nodeid.startswith(_BY_THE_CLOCK):
        return 0
    return 1 if nodeid.startswith(_LONG) else 2


def make_way(nodeid: str) -> None:
    """A worker that runs others lets those by the clock go first, and so does all it starts."""
    if "PYTEST_XDIST_WORKER" in os.environ and not nodeid.startswith(_BY_THE_CLOCK):
        _step_back()


@cache
def _step_back() -> None:
    os.nice(_KINDNESS)
