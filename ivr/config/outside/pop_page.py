"""The page of another system that an agent's desk opens with a screen pop."""

from __future__ import annotations

import string

PLACES = ("call", "queue", "record", "kind")
PERSONAL = ("ani",)
"""Places that hold personal data: they come into an address only where that is allowed."""


def wrong_page(template: str, *, personal: bool) -> str:
    """What is wrong with the address, "" if nothing. personal: whether {ani} may stand in it."""
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        return "pop.url has a brace that is not closed"
    names = [name for _, name, _, _ in parsed if name is not None]
    allowed = (*PLACES, *(PERSONAL if personal else ()))
    strange = [name for name in names if name not in allowed]
    if strange:
        hint = "; that needs url_personal: true" if strange[0] in PERSONAL else ""
        return f"pop.url knows no {{{strange[0]}}}; it knows {', '.join(allowed)}{hint}"
    host = template.partition("//")[2].partition("/")[0]
    if not template.startswith("https://") or not host or "{" in host:
        return "pop.url wants https:// and a written host"
    return ""
