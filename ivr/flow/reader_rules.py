"""The rules a value or a key of the strict dialect must keep, each with its code."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.domain.problem import Problem, Severity
from ivr.flow.reader_faults import ALIAS, ANCHOR, TAG
from ivr.flow.reader_text import MOST_PROBLEMS, Source, short

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.flow.reader_tree import Text

MOST_DEPTH = 40
MOST_NODES = 50_000

_PROPERTIES = re.compile(r"[&!]\S*(?:\s+([&!]))?")
_COMMENT = re.compile(r"#[^\r\n]*")
_BARE_HASH = re.compile(r"[ \t]*#[ \t]*(?:[\r\n]|\Z)")


@dataclass(slots=True)
class Rules:
    """Judges what stands in one file. Indexes count characters of the source from 0."""

    source: Source
    empty_ok: Callable[[str], bool]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, index: int, message: str, hint: str = "") -> None:
        """Note an error at a character."""
        self.problems.append(self.source.error(code, index, message, hint))

    def document(self, number: int, index: int) -> bool:
        """F004 for a second document; whether this is the first."""
        if number > 1:
            message = "a second document (---) is not allowed; use a second file"
            self.refuse("F004", index, message)
        return number == 1

    def size(self, depth: int, nodes: int, index: int) -> bool:
        """F005 when a file is too deep or holds too much; whether to read on.

        So much can be wrong before that reading on would tell the author nothing.
        """
        if depth <= MOST_DEPTH and nodes <= MOST_NODES:
            return len(self.problems) < MOST_PROBLEMS * 2
        if depth > MOST_DEPTH:
            self.refuse("F005", index, f"more than {MOST_DEPTH} levels deep")
        else:
            self.refuse("F005", index, f"more than {MOST_NODES:,} values")
        return False

    def properties(self, index: int, anchor: str | None, tag: str | None) -> None:
        """F004 for an anchor before a value, for a tag, or for both; one of them is there."""
        found = _PROPERTIES.match(self.source.text, index)
        second = found.start(1) if found and found[1] else index
        for place in (index,) if anchor is None or tag is None else (index, second):
            self.refuse("F004", place, ANCHOR if self.source.text[place] == "&" else TAG)

    def alias(self, star: str, index: int, *, is_key: bool) -> None:
        """F004 for `*name`; as a key, digits are a star code without its quotes (F007)."""
        if is_key and star[1:].isdigit():
            self.refuse("F007", index, f'quote this key: "{short(star)}"')
        else:
            self.refuse("F004", index, ALIAS)

    def key(self, key: Text, index: int, first_lines: Mapping[str, int]) -> bool:
        """Whether the entry may stay in its map: F003 and F004 leave it out, F007 does not."""
        if key.value == "*" and not key.quoted:
            self.refuse("F007", index, 'quote this key: "*"')
        if key.value == "<<" and not key.quoted:
            self.refuse("F004", index, "merge keys (<<) are not allowed; write the entries out")
            return False
        first = first_lines.get(key.value)
        if first is not None:
            message = f'key "{short(key.value)}" is here twice, first in line {first}'
            self.refuse("F003", index, message)
        return first is None

    def empty_item(self, index: int) -> None:
        """F008 for a dash with nothing behind it."""
        dash = index - 1 if self.source.text[index - 1 : index] == "-" else index
        self.refuse("F008", dash, "this list item is empty", self._hash_hint(index))

    def empty_value(self, key: Text, gap: tuple[int, int], *, flow: bool, kept: bool) -> None:
        """F006 or F008 for a key without value; `gap` reaches from the key to where it ends.

        Half an expression may stand twice in a map: F006 then takes the place of F003.
        """
        name = short(key.value)
        if flow and ":" not in _COMMENT.sub("", self.source.text[gap[0] : gap[1]]):
            advice = "quote an expression with a comma inside { }"
            if ":" in name and not key.quoted:
                advice = "put a space after the colon"
            if not kept and self.problems[-1].code == "F003":
                self.problems.pop()
            self._at(key, "F006", f'"{name}" has no value; {advice}')
        elif kept and not self.empty_ok(key.value):
            message = f"{name} is empty" if name else "a key is empty"
            self._at(key, "F008", message, self._hash_hint(gap[1]))

    def _at(self, key: Text, code: str, message: str, hint: str = "") -> None:
        problem = Problem(code, Severity.ERROR, key.at, message, hint, key.end)
        self.problems.append(problem)

    def _hash_hint(self, index: int) -> str:
        bare = _BARE_HASH.match(self.source.text, index)
        return 'to mean the key # write "#"' if bare else ""
