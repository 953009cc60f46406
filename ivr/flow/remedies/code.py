"""One code that a check or a call can report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """title: a few words. meaning: why it matters. remedy: what to do, with an example."""

    title: str
    meaning: str
    remedy: str
