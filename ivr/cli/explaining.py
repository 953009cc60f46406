"""`ivr explain` and `ivr schema`: the server tells about itself, from the code that does it."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from ivr.cli.handbook.entry import table
from ivr.cli.handbook.verbs import FIELDS
from ivr.cli.handbook.whole import TOPICS, every_entry, found, near
from ivr.cli.outcome import CANNOT_RUN, GOOD, complain, say
from ivr.engine.verbs import SPECS
from ivr.flow.load.schema import flow_schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.cli.handbook.entry import Entry


def schema() -> int:
    """Print the JSON Schema of a flow file. Returns the exit code."""
    say(json.dumps(flow_schema(SPECS), ensure_ascii=False, indent=1))
    return GOOD


def explain(name: str) -> int:
    """Explain one thing, or list everything. Returns the exit code."""
    entries = every_entry()
    if not name.strip():
        _list([each for each in entries if each.kind != FIELDS])
        say(f"One of them: ivr explain NAME. One part: ivr explain {' | '.join(TOPICS)}")
        return GOOD
    answers = found(name, entries)
    if not answers:
        guess = near(name, entries)
        hint = f'did you mean "{guess}"?' if guess else "ivr explain lists what there is"
        complain(f'nothing here is called "{name}"; {hint}')
        return CANNOT_RUN
    if name.strip().lower() in TOPICS:
        _list(answers)
    else:
        _tell(answers)
    return GOOD


def _list(entries: Sequence[Entry]) -> None:
    """One line each, under the heading of its kind."""
    for kind, group in groupby(entries, key=lambda each: each.kind):
        say(kind)
        for line in table([(each.name, each.short) for each in group]):
            say(line)
        say()


def _tell(entries: Sequence[Entry]) -> None:
    for number, entry in enumerate(entries):
        if number:
            say()
        kind = f" ({entry.kind})" if len(entries) > 1 else ""
        say(f"{entry.name}{kind}: {entry.short}")
        for line in entry.lines:
            say(line)
