"""Plain text as HTML: paragraphs, lists, headings and links; everything else stays what it is.

A blank line parts paragraphs, `- ` begins a line of a list, `# ` a heading, and addresses of pages
become links.
"""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTING = re.compile(r"\n[ \t]*\n")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]}]")
_LIST, _HEADING = "- ", "# "


def prose(text: str) -> str:
    """The text as HTML, every letter of it escaped."""
    blocks = _PARTING.split(text.replace("\r\n", "\n").strip())
    return "\n".join(part for block in blocks for part in _block(block) if part)


def _block(block: str) -> Iterator[str]:
    """A paragraph may turn into a list and back."""
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    for kind, group in groupby(lines, key=_kind):
        if kind == _LIST:
            rows = "".join(f"<li>{_line(each.removeprefix(_LIST))}</li>" for each in group)
            yield f"<ul>{rows}</ul>"
        elif kind == _HEADING:
            yield from (f"<h2>{_line(each.lstrip('# '))}</h2>" for each in group)
        else:
            yield f"<p>{'<br>'.join(map(_line, group))}</p>"


def _kind(line: str) -> str:
    if line.startswith(_LIST):
        return _LIST
    return _HEADING if line.lstrip("#").startswith(" ") and line.startswith("#") else ""


def _line(line: str) -> str:
    """A line with its links."""
    done, made = 0, ""
    for found in _LINK.finditer(line):
        address = escape(found[0])
        made += escape(line[done : found.start()])
        made += f'<a href="{address}" rel="nofollow noopener">{address}</a>'
        done = found.end()
    return made + escape(line[done:])
