"""HTML of a mail, made harmless: no scripts, no styles, nothing fetched from elsewhere.

Cleaning is done by nh3 (ammonia), by a list of what is allowed. Pictures stay only if they came
with the mail (`cid:`). Many nested tags cost it quadratic time (200,000 in 1 MB: 133 s; 10,000:
0.3 s), so such a text is shown without its HTML.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

MOST_LETTERS = 500_000
MOST_TAGS = 10_000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAGS = _words(
    "a abbr b bdi blockquote br caption center cite code col colgroup dd del div dl dt em h1 h2 h3"
    " h4 h5 h6 hr i img ins kbd li mark ol p pre q s small span strike strong sub sup table tbody"
    " td tfoot th thead tr tt u ul"
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign"},
    "ol": {"start"},
    "*": {"dir", "lang"},
}
_GONE = _words(
    "script style head title template noscript iframe object embed svg math textarea select"
)
_LINKS = frozenset({"http", "https", "mailto", "tel"})
_SCHEMES = frozenset({*_LINKS, "cid"})
_BLOCKS = _words(
    "address blockquote center dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tr ul"
)
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_MANY_BREAKS = re.compile(r"\n{3,}")


def too_much(html: str) -> bool:
    """Whether cleaning this would take long."""
    return len(html) > MOST_LETTERS or html.count("<") > MOST_TAGS


class Sanitiser:
    """Cleans one text and counts what it kept from being fetched."""

    def __init__(self) -> None:
        self.blocked = 0

    def clean(self, html: str) -> str:
        """The harmless rest. Not for texts that are `too_much`."""
        return nh3.clean(
            html,
            tags=_TAGS,
            clean_content_tags=_GONE,
            attributes=_ATTRIBUTES,
            attribute_filter=self._attribute,
            url_schemes=_SCHEMES,
            url_relative="deny",
            link_rel="noopener noreferrer nofollow",
        )

    def _attribute(self, tag: str, name: str, value: str) -> str | None:
        """`src` only of what came with the mail, `href` only out of it."""
        scheme = value.strip().partition(":")[0].lower()
        if name == "src" and scheme != "cid":
            self.blocked += 1
            return None
        if name == "href" and scheme not in _LINKS:
            return None
        return value


class _Text(HTMLParser):
    """Reads clean HTML as lines; what is quoted gets `> ` in front."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = [""]
        self._depth = 0
        self._pre = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" or tag in _BLOCKS:
            self._break(always=tag == "br")
        self._depth += tag == "blockquote"
        self._pre += tag == "pre"
        if tag == "li":
            self._add("- ")
        if tag in {"td", "th"} and self._lines[-1].strip("> "):
            self._add(" ")
        if tag == "img":
            self._add(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._break()
        if tag == "p":
            self._lines.append(self._margin())
        self._depth -= tag == "blockquote" and self._depth > 0
        self._pre -= tag == "pre" and self._pre > 0

    def handle_data(self, data: str) -> None:
        for place, piece in enumerate(data.split("\n") if self._pre else [_BLANKS.sub(" ", data)]):
            if place:
                self._break(always=True)
            self._add(piece)

    def _margin(self) -> str:
        return "> " * min(self._depth, 5)

    def _break(self, *, always: bool = False) -> None:
        if always or self._lines[-1].strip("> "):
            self._lines.append("")

    def _add(self, text: str) -> None:
        if not self._lines[-1]:
            self._lines[-1] = self._margin()
            text = text if self._pre else text.lstrip(" ")
        self._lines[-1] += text

    def text(self) -> str:
        lines = [line.rstrip() for line in self._lines]
        return _MANY_BREAKS.sub("\n\n", "\n".join(lines)).strip()


def text_of(clean_html: str) -> str:
    """Clean HTML as plain text."""
    reader = _Text()
    reader.feed(clean_html)
    reader.close()
    return reader.text()


def crude_text(html: str) -> str:
    """The text of HTML that is too much to be cleaned: tags are cut out, nothing is understood."""
    first, *rest = html[:MOST_LETTERS].split("<")
    return "\n".join(filter(None, (first.strip(), *map(_after_tag, rest))))


def _after_tag(piece: str) -> str:
    return piece.partition(">")[2].strip()
