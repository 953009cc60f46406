"""Something wrong with the queues, and where it stands in config.yaml."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.domain.problem import Severity

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong. path: of the key in config.yaml, such as ("queues", "cards", "need")."""

    code: str
    path: Path
    message: str
    severity: Severity = Severity.ERROR


def dotted(path: Path) -> str:
    """A path as people write it: `queues.cards.steps[1]`."""
    said = ""
    for part in path:
        said += f"[{part}]" if isinstance(part, int) else f".{part}" if said else part
    return said
