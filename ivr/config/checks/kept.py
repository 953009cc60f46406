"""Whether two places say how long the same is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.tickets.retention import Data

if TYPE_CHECKING:
    from ivr.config.mistakes import Mistakes
    from ivr.config.model import Config


def check_kept(config: Config, mistakes: Mistakes) -> None:
    """Tell of a queue whose recordings are kept so long here and so long there."""
    for place, period in enumerate(config.retention.periods):
        queue = config.queues.get(period.queue or "")
        recording = None if queue is None else queue.recording
        if period.data is not Data.RECORDING or period.outcome or recording is None:
            continue
        if recording.keep is not None:
            message = f"queues.{period.queue}.recording.keep says how long these are kept"
            mistakes.add("C131", ("retention", "periods", place), message)
