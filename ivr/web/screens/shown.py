"""What a screen on a wall shows: figures of queues, never anything of a caller or an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FIGURES = (
    *("queue", "waiting", "oldest_s", "threshold_s", "service_level"),
    *("answered", "abandoned", "agents"),
)
"""Nothing else leaves the server by this way. agents: how many are in each state."""


def figures(
    rows: Iterable[Mapping[str, Any]],
    queues: Sequence[str],
    titles: Mapping[str, Mapping[str, str]],
) -> list[dict[str, Any]]:
    """These queues in this order, as far as they are still there.

    rows: QUEUE of the live messages. titles: queue -> language -> how people call it.
    """
    known = {row["queue"]: row for row in rows if row}
    return [
        {name: known[queue][name] for name in FIGURES if name in known[queue]}
        | {"titles": dict(titles.get(queue, {}))}
        for queue in queues
        if queue in known
    ]
