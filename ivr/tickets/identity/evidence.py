"""Evidence in words, for the pop: why a customer is shown, and how sure that is.

The words are English; pages that speak other languages translate `reasons`, the same in codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.tickets.identity.ladder import How

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.tickets.identity.ladder import Evidence

_WORDS: Mapping[str, str] = {
    "customer_no": "customer number entered",
    "ticket_number": "ticket number entered",
    "phone": "same number",
    "email": "same address",
    "handle": "same name",
    "last9": "same last nine digits",
    "perhaps": "perhaps",
    "shared": "used by several people",
    "several": "several customers have it",
}


def reasons(evidence: Evidence) -> tuple[str, ...]:
    """Why a customer is shown, as codes: the main reason first, then what weakens it."""
    main = "last9" if evidence.how is How.SUFFIX else evidence.by
    perhaps = ("perhaps",) if evidence.how in (How.MAYBE, How.SUFFIX) else ()
    shared = ("shared",) if evidence.shared else ()
    several = ("several",) if evidence.how is How.AMBIGUOUS and not evidence.shared else ()
    return (main, *perhaps, *shared, *several)


def phrase(evidence: Evidence) -> str:
    """The same for people: `perhaps: same last nine digits`, `same number, used by several ...`."""
    said = [_WORDS[code] for code in reasons(evidence) if code != "perhaps"]
    perhaps = f"{_WORDS['perhaps']}: " if "perhaps" in reasons(evidence) else ""
    label = f" ({evidence.label})" if evidence.label else ""
    return perhaps + ", ".join(said) + label
