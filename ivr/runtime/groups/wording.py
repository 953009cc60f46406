"""Names and numbers from outside, as one short line that cannot pretend to be anything else.

Whoever rings in says what he is called: line ends would make two rows of one, and marks that turn
the direction of the text would let a number be read backwards. Source: acd-cti.md, R29.
"""

from __future__ import annotations

MOST = 80
_MORE = "…"


def one_line(text: str) -> str:
    """The text without what cannot be seen, cut after `MOST` letters; ends of lines are blanks."""
    blanks = " ".join(text.split())
    seen = "".join(letter for letter in blanks if letter.isprintable())
    return seen if len(seen) <= MOST else seen[: MOST - 1] + _MORE
