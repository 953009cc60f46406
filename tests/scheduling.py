"""Which worker of pytest-xdist runs which tests."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

_BY_THE_CLOCK = ("tests/calls/", "tests/channels/sip/sound/", "tests/channels/pyvoip/")
"""Tests that hear and time real sound: two at once on a small machine disturb each other."""
_LONG = ("tests/cti/adapters/", "tests/cti/outbox/", "tests/store/intake/", "tests/web/")
"""Files that take tens of seconds: begun early, so that no worker is left alone with one."""


class InTime(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """File by file, and all that goes by the clock on one worker, whose pauses others fill."""

    def _split_scope(self, nodeid: str) -> str:
        return "clock" if nodeid.startswith(_BY_THE_CLOCK) else nodeid.partition("::")[0]


def place(nodeid: str) -> int:
    """Where a test stands in the order of all: a smaller number is begun sooner."""
    if nodeid.startswith(_BY_THE_CLOCK):
        return 0
    return 1 if nodeid.startswith(_LONG) else 2
