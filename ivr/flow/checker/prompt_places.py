"""Finds the value of a prompt in its file, so that a message can point at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.problem import Position

if TYPE_CHECKING:
    from ivr.flow.model import Bundle, PromptText
    from ivr.flow.prompts import Insert


def insert_place(bundle: Bundle, text: PromptText, insert: Insert) -> Position:
    """Where the `{` of a value stands; the start of the text if escapes or folding hide it."""
    source = bundle.sources.get(text.at.file)
    if source is None:
        return text.at
    lines = source.decode("utf-8-sig", "replace").split("\n")
    earlier = [one for one in text.template.inserts if one.offset < insert.offset]
    times = sum(_written(one) == _written(insert) for one in earlier)
    return _occurrence(lines, text.at, _written(insert), times) or text.at


def _written(insert: Insert) -> str:
    bar = f"|{insert.format}" if insert.format else ""
    colon = f":{insert.argument}" if insert.argument else ""
    return f"{{{insert.dotted}{bar}{colon}}}"


def _occurrence(lines: list[str], start: Position, words: str, times: int) -> Position | None:
    """The place of the words after `start`, so many equal ones left out."""
    line, column = start.line - 1, start.column - 1
    while line < len(lines):
        column = lines[line].find(words, column)
        if column < 0:
            line, column = line + 1, 0
        elif times:
            times, column = times - 1, column + 1
        else:
            return Position(start.file, line + 1, column + 1)
    return None
