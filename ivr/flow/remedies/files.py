"""Codes of the strict YAML reader, F001 to F008."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.remedies.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

CODES: Mapping[str, Code] = {
    "F001": Code(
        "a character that may not be in a file",
        "Control characters, marks that turn the direction of writing, and broken UTF-8 show one "
        "thing on the screen and mean another.",
        "Delete the character at this place; save the file as UTF-8.",
    ),
    "F002": Code(
        "not YAML",
        "The line cannot be read; most often the indentation is wrong, a colon is missing, or a "
        "tab stands where spaces must.",
        "Indent with spaces, as far as the lines above; quote a text that holds `: ` or ` #`.",
    ),
    "F003": Code(
        "a key twice",
        "In YAML the last of two equal keys would win in silence.",
        "Take one of them out; the message names the line of the first.",
    ),
    "F004": Code(
        "a part of YAML that is not used here",
        "Anchors, aliases, merge keys, tags, directives and second documents hide what a file "
        "means.",
        "Write the value out where it is used.",
    ),
    "F005": Code(
        "too large",
        "A file has at most 1 MB, 40 levels, 50,000 values, 500 nodes in a flow and 100 steps in "
        "a node.",
        "Split the file, or move nodes to a sub-flow (`run`).",
    ),
    "F006": Code(
        "an entry without a value",
        "Inside `{ }` a comma ends the entry, also the comma of `=f(x, y)`.",
        "Put the expression in quotes.",
    ),
    "F007": Code(
        "a key that must be quoted",
        "`*` begins an alias and `#` a comment, so neither can be a bare key.",
        'Write "*" or "#" with quotes.',
    ),
    "F008": Code(
        "nothing is written here",
        "An empty value says nothing; `~` and `null` are plain text here.",
        "Write a value, or take the line out.",
    ),
}
