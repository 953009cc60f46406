"""The configuration of a running server: some keys may change as it runs, the rest at a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.config.model import Config

CHANGEABLE = frozenset(
    {
        "numbers",
        "hours",
        "switches",
        "places",
        "outcomes",
        "queues",
        "acd",
        "alarms",
        "alarm_groups",
        "wrapup",
        "surveys",
        "payments",
        "limits",
    }
)
"""Keys that a running server takes over; what they say is read anew for each new call."""


class LiveConfig:
    """The configuration in force. A change is tried first and may be taken back."""

    def __init__(self, config: Config) -> None:
        self.now = config

    def merged(self, fresh: Config) -> tuple[Config, tuple[str, ...]]:
        """What a changed file leads to, and its changed keys that must wait for a restart."""
        names = type(fresh).model_fields
        changed = [name for name in names if getattr(fresh, name) != getattr(self.now, name)]
        waiting = {name: getattr(self.now, name) for name in changed if name not in CHANGEABLE}
        return fresh.model_copy(update=waiting), tuple(waiting)
