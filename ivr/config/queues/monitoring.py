"""What supervisors may do on the calls of a queue.

    monitor: {listen: true, whisper: true, barge: false}

Source: acd-cti.md sections 3.2 and 8.
"""

from __future__ import annotations

from pydantic import Field

from ivr.config.fields import Flag, Strict


class QueueMonitor(Strict):
    """What supervisors with the right to it may do on its calls."""

    listen: Flag = Field(True, description="Whether supervisors may listen to its calls.")
    whisper: Flag = Field(True, description="Whether they may speak so that its agent alone hears.")
    barge: Flag = Field(True, description="Whether they may join in, so that all hear them.")

    @property
    def modes(self) -> tuple[str, ...]:
        """Names of what they may do."""
        return tuple(name for name in type(self).model_fields if getattr(self, name))
