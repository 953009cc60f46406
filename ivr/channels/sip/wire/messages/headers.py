"""The header lines of a SIP message: found by any spelling, kept in the order they came.

Names are case-blind and may be one letter (compact form); a list may stand on one line with commas
or on several lines. Sources: RFC 3261 7.3.1, 7.3.3, 20; RFC 3515, 3841, 3892, 4028, 4474, 6665.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

_KNOWN = """Accept Accept-Contact Accept-Encoding Accept-Language Alert-Info Allow Allow-Events
Authentication-Info Authorization Call-ID Call-Info Contact Content-Disposition Content-Encoding
Content-Language Content-Length Content-Transfer-Encoding Content-Type CSeq Date Diversion
Error-Info Event Expires Feature-Caps Flow-Timer From Geolocation Identity Identity-Info
In-Reply-To Max-Forwards MIME-Version Min-Expires Min-SE Organization P-Access-Network-Info
P-Asserted-Identity P-Associated-URI P-Called-Party-ID P-Charging-Vector P-Early-Media
P-Preferred-Identity P-Visited-Network-ID Path Priority Privacy Proxy-Authenticate
Proxy-Authorization Proxy-Require RAck Reason Record-Route Refer-Sub Refer-To Referred-By
Reject-Contact Remote-Party-ID Replaces Reply-To Request-Disposition Require Retry-After Route
RSeq Security-Client Security-Server Security-Verify Server Service-Route Session-Expires
SIP-ETag SIP-If-Match Subject Subscription-State Supported Target-Dialog Timestamp To Unsupported
User-Agent Via Warning WWW-Authenticate"""
_NAMES = _KNOWN.split()
_COMPACT = {
    "a": "Accept-Contact",
    "b": "Referred-By",
    "c": "Content-Type",
    "d": "Request-Disposition",
    "e": "Content-Encoding",
    "f": "From",
    "i": "Call-ID",
    "j": "Reject-Contact",
    "k": "Supported",
    "l": "Content-Length",
    "m": "Contact",
    "n": "Identity-Info",
    "o": "Event",
    "r": "Refer-To",
    "s": "Subject",
    "t": "To",
    "u": "Allow-Events",
    "v": "Via",
    "x": "Session-Expires",
    "y": "Identity",
}
_BY_LOWER = {name.lower(): name for name in _NAMES} | _COMPACT
# The spellings seen in practice cost one look-up; every other one goes the long way.
_AT_ONCE = (
    {name: name for name in _NAMES}
    | _BY_LOWER
    | {short.upper(): name for short, name in _COMPACT.items()}
)
# Each branch takes all it can and never gives back, so hostile text costs linear time. What is
# opened and not closed reaches to the end.
_QUOTED = r'"(?:[^"\\]++|\\.)*+"?'
_OUTSIDE = {
    ",": re.compile(_QUOTED + r"|<[^>]*+>?|,", re.DOTALL),
    ";": re.compile(_QUOTED + r"|<[^>]*+>?|;", re.DOTALL),
}
_SPACE = " \t"


def canonical(name: str) -> str:
    """The one spelling under which a header is kept: `V`, `via` and `VIA` are `Via`.

    A name that we do not know comes back as it was given.
    """
    return _AT_ONCE.get(name) or _BY_LOWER.get(name.lower(), name)


def split_outside(text: str, separator: str) -> list[str]:
    """Cuts at each `,` or `;` that stands neither in quotes nor in `<>`. Pieces are not trimmed."""
    if '"' not in text and "<" not in text:
        return text.split(separator)
    pieces, start = [], 0
    for match in _OUTSIDE[separator].finditer(text):
        if match[0] == separator:
            pieces.append(text[start : match.start()])
            start = match.end()
    pieces.append(text[start:])
    return pieces


def members(lines: Iterable[str]) -> list[str]:
    """The members of a comma list that stands on these lines, trimmed, empty ones left out."""
    found: list[str] = []
    for line in lines:
        if "," in line:
            found += [piece.strip(_SPACE) for piece in split_outside(line, ",")]
        else:
            found.append(line)
    return [member for member in found if member]


class Headers:
    """Header lines in order. Values are text whose odd octets are kept (surrogateescape).

    Nothing is checked here: `render` refuses what must not go out.
    """

    __slots__ = ("_index", "_lines", "_read")

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        """lines: (name, value); names must be canonical already, as `items()` gives them."""
        self._lines = list(lines)
        self._index: dict[str, list[str]] | None = None
        self._read: dict[tuple[str, object], Any] = {}

    def __repr__(self) -> str:
        return f"Headers({self._lines!r})"

    def __contains__(self, name: str) -> bool:
        return _key(name) in (self._index or self._by_name())

    def get(self, name: str) -> str | None:
        """The value of the first line of this name, or None. An empty value is an empty text."""
        found = (self._index or self._by_name()).get(_AT_ONCE.get(name) or _key(name))
        return found[0] if found else None

    def all(self, name: str) -> list[str]:
        """The values of all lines of this name, one per line as they came."""
        return list((self._index or self._by_name()).get(_AT_ONCE.get(name) or _key(name), ()))

    def only(self, name: str) -> str | None:
        """The value, if exactly one line has this name; None if there is no line, or several."""
        found = (self._index or self._by_name()).get(_AT_ONCE.get(name) or _key(name))
        return found[0] if found and len(found) == 1 else None

    def split(self, name: str) -> list[str]:
        """The members of a comma list over all its lines, trimmed, empty ones left out."""
        return members((self._index or self._by_name()).get(_AT_ONCE.get(name) or _key(name), ()))

    def typed(self, name: str, reader: Callable[[list[str]], T]) -> T:
        """What `reader` makes of all lines of this name; made once, until the lines change.

        reader: gets the values as `all` gives them and must not change the list; what it raises
        passes through.
        """
        found = self._read.get((name, reader), self)
        if found is self:
            values = self._by_name().get(_key(name), [])
            found = self._read[name, reader] = reader(values)
        return cast("T", found)

    def add(self, name: str, value: str) -> None:
        """One more line at the end."""
        self._lines.append((canonical(name), value))
        self._changed(_key(name))

    def set(self, name: str, *values: str) -> None:
        """Lines of this name, one per value, where the first one stood (else at the end)."""
        key = _key(name)
        at = next((n for n, (other, _) in enumerate(self._lines) if _key(other) == key), None)
        at = len(self._lines) if at is None else at
        kept = [line for line in self._lines if _key(line[0]) != key]
        kept[at:at] = [(canonical(name), value) for value in values]
        self._lines = kept
        self._changed(key)

    def items(self) -> list[tuple[str, str]]:
        """All lines as (canonical name, value), in order."""
        return list(self._lines)

    def _changed(self, key: str) -> None:
        """Forget what was read of one name; what was read of the others still holds."""
        self._index = None
        for read in [each for each in self._read if _key(each[0]) == key]:
            del self._read[read]

    def _by_name(self) -> dict[str, list[str]]:
        """The values by name. Who asks often looks at `_index` first: each call costs."""
        index = self._index
        if index is None:
            index = self._index = {}
            for name, value in self._lines:
                index.setdefault(_AT_ONCE.get(name) or _key(name), []).append(value)
        return index


def _key(name: str) -> str:
    return _AT_ONCE.get(name) or _by_any_spelling(name)


def _by_any_spelling(name: str) -> str:
    lower = name.lower()
    return _BY_LOWER.get(lower, lower)
