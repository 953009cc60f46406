"""What supervisors may do on the calls of a queue.

    monitor: {listen: true, whisper: true, barge: false, notice: monitored}

Source: acd-cti.md sections 3.2 and 8.
"""

from __future__ import annotations

from pydantic import Field

from ivr.config.fields import Flag, Name, Strict


class QueueMonitor(Strict):
    """What supervisors with the right to it may do on its calls."""

    listen: Flag = Field(True, description="Whether supervisors may listen to its calls.")
    whisper: Flag = Field(True, description="Whether they may speak so that its agent alone hears.")
    barge: Flag = Field(True, description="Whether they may join in, so that all hear them.")

    notice: Name | None = Field(
        None,
        description="Prompt of the flow that caller and agent hear before a supervisor is with "
        "them, whatever he does there; words of ours where the flow has no such prompt.",
    )

    @property
    def modes(self) -> tuple[str, ...]:
        """Names of what they may do."""
        return tuple(name for name in ("listen", "whisper", "barge") if getattr(self, name))
