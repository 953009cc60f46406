"""What stands between the values of a file: comments, and marks the dialect does not take.

The parser drops comments and does not say whether a key was written with `? `. Both are read from
the characters between two values, where a `#` inside a text can never be seen.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from ivr.flow.reader_text import MOST_PROBLEMS, Source

if TYPE_CHECKING:
    from ivr.domain.problem import Problem

_MARKS = re.compile(
    r"(?P<comment>\#[^\r\n]*)"
    r"|(?P<property>[&!]\S*)"
    r"|(?P<directive>^%)"
    r"|(?P<tab>^\t[\t ]*)"
    r"|(?P<question>\?)",
    re.MULTILINE,
)
_SIGNS = frozenset("#&!%\t?")  # no mark begins with any other; most gaps hold none of them
_REFUSED = {
    "directive": ("F004", "directives (%) are not allowed; delete this line"),
    "tab": ("F002", "not YAML: a tab cannot indent; use spaces"),
    "question": ("F004", '"? " keys are not allowed; write key: value'),
}
_HASH_KEY = re.compile(r"#:(?=\s|\Z)")
_BEFORE_KEY = re.compile(r"(?:^[ \t]*(?:-[ \t]+)*|[{,][ \t]*)\Z")
_LOST_HASH_KEY = re.compile(
    r"(?:^[ \t]*(?:-[ \t]+)*|[{,][ \t]*)(?P<hash>\#):(?=\s|\Z)", re.MULTILINE
)
_QUOTE_HASH = 'quote this key: "#"'


class Gaps:
    """Reads the gaps of one file in order and keeps the comments it meets."""

    def __init__(self, source: Source) -> None:
        self.comments: dict[int, str] = {}
        self.columns: dict[int, int] = {}
        self.problems: list[Problem] = []
        self.read_to = 0
        self._source = source

    def read(self, start: int, end: int) -> None:
        """Take the gap before the value that stands at `start` and goes to `end`."""
        if not _SIGNS.isdisjoint(self._source.text[self.read_to : start]):
            self._scan(self.read_to, start)
        self.read_to = end

    def read_block(self, start: int, end: int) -> None:
        """The same before a `|` or `>` text, whose first line may end in a comment."""
        self.read(start, start)
        newline = self._source.text.find("\n", start, end)
        self._scan(start, end if newline < 0 else newline)
        self.read_to = end

    def read_broken(self, end: int) -> None:
        """The gap before a syntax error, where texts may be hidden: only `#:` keys are sure."""
        lost = _LOST_HASH_KEY.finditer(self._source.text, self.read_to, end)
        for found in islice(lost, MOST_PROBLEMS):
            self._refuse("F007", found.start("hash"), _QUOTE_HASH)

    def _scan(self, start: int, end: int) -> None:
        for mark in _MARKS.finditer(self._source.text, start, end):
            kind = mark.lastgroup or ""
            if len(self.problems) >= MOST_PROBLEMS:
                return
            if kind == "comment":
                self._comment(mark.start(), mark[0])
            elif kind in _REFUSED and not (kind == "tab" and self._is_blank(mark.end())):
                code, message = _REFUSED[kind]
                self._refuse(code, mark.start(), message)

    def _is_blank(self, index: int) -> bool:
        """Whether nothing but a comment follows in this line: then its tab indents nothing."""
        return self._source.text[index : index + 1] in ("", "\r", "\n", "#")

    def _comment(self, index: int, text: str) -> None:
        line, column = self._source.line_column(index)
        self.comments[line] = text.rstrip()
        self.columns[line] = column
        if column > 1 and self._source.text[index - 1] not in " \t":
            self._glued(index, column, text)
        elif text.startswith("#:"):
            self._hash_key(index, column, text)

    def _glued(self, index: int, column: int, text: str) -> None:
        if not self._hash_key(index, column, text):
            message = 'not YAML: put a space before "#" to start a comment, or quote the text'
            self._refuse("F002", index, message)

    def _hash_key(self, index: int, column: int, text: str) -> bool:
        """F007 when a comment is a key that was not quoted; whether it is."""
        before = self._source.text[index - column + 1 : index]
        found = bool(_HASH_KEY.match(text) and _BEFORE_KEY.search(before))
        if found:
            self._refuse("F007", index, _QUOTE_HASH)
        return found

    def _refuse(self, code: str, index: int, message: str) -> None:
        self.problems.append(self._source.error(code, index, message))
