"""The tables of the README, written from the code: `python -m ivr.cli.handbook.markdown README.md`.

A table stands between `<!-- table: TOPIC -->` and `<!-- end -->`; the rest is left as it is.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.handbook.whole import TOPICS, every_entry, found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.cli.handbook.entry import Entry

_PLACE = re.compile(r"<!-- table: (?P<topic>[a-z]+) -->\n.*?<!-- end -->", re.DOTALL)
_HEADS = {
    "commands": ("command `ivr ...`", "does"),
    "verbs": ("verb", "does"),
    "flow": ("field", "meaning"),
    "codes": ("code", "meaning"),
    "config": ("key", "meaning"),
    "metrics": ("figure", "meaning"),
}


def filled(text: str) -> str:
    """The text with every table as the code has it now."""
    entries = every_entry()
    return _PLACE.sub(lambda place: _placed(place["topic"], entries), text)


def topics(text: str) -> tuple[str, ...]:
    """The tables that a text has a place for."""
    return tuple(place["topic"] for place in _PLACE.finditer(text))


def _placed(topic: str, entries: Sequence[Entry]) -> str:
    left, right = _HEADS[topic]
    rows = [f"| {left} | {right} |", "|---|---|"]
    rows += [_row(topic, each) for each in found(topic, entries)]
    return "\n".join((f"<!-- table: {topic} -->", *rows, "<!-- end -->"))


def _row(topic: str, entry: Entry) -> str:
    """Commands with their options; of everything else the one sentence."""
    said = entry.short
    if topic == "commands":
        options = [line.strip().partition("  ")[0] for line in entry.lines]
        said += "".join(f" `{option}`" for option in options)
    safe = said.replace("|", "\\|")
    return f"| `{entry.name}` | {safe} |"


def main(path: Path) -> None:
    """Write the tables of a file anew."""
    path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

__all__ = ["TOPICS", "filled", "main", "topics"]
