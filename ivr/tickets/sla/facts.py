"""What conditions of service levels and of ticket rules may ask about a ticket.

A fact is never missing: a ticket without category has the text "", one without customer the rank 0.
So `customer.vip_rank >= 1` needs no `known(...)` around it. Source: tickets.md sections 9 and 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING

from ivr.flow.expressions import Names
from ivr.flow.types import BOOL, NUMBER, TEXT, Type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.domain.values import Value

FACTS: Mapping[str, Type] = {
    **dict.fromkeys(("kind", "category", "product", "priority", "severity"), TEXT),
    "emergency": BOOL,
    **dict.fromkeys(("medium", "team", "status"), TEXT),
    "tags": Type("list", item=TEXT),
    "customer.segment": TEXT,
    "customer.vip_rank": NUMBER,
    "customer.kind": TEXT,
}
"""The type of each fact by its dotted name."""
SCOPE = Names(FACTS, standard=False)
"""The scope that `infer` checks a condition against."""

PRIORITIES = ("low", "normal", "high", "urgent")
"""Names of 1 to 4."""
SEVERITIES = ("minor", "major", "critical")
"""Names of 1 to 3."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one ticket at one moment, as an environment of expressions.

    values: by dotted name as in FACTS; a number is a Decimal, tags a tuple of texts. now: of the
    happening, so that the same happenings choose the same policy again.
    """

    values: Mapping[str, Value]
    now: datetime
    zone: tzinfo = UTC
    language: str = "en"

    @property
    def priority(self) -> str:
        """The name of the priority, such as `high`."""
        return str(self.read(("priority",)))

    @property
    def severity(self) -> str:
        """The name of the severity, such as `major`."""
        return str(self.read(("severity",)))

    def read(self, path: tuple[str, ...]) -> Value:
        """The fact, or what stands for one that is not known: "", false, 0 or no tags."""
        name = ".".join(path)
        found = self.values.get(name)
        return _EMPTY[FACTS[name].name] if found is None and name in FACTS else found

    def visits(self, node: str) -> int:
        """A ticket enters no nodes of a flow."""
        return 0


_EMPTY: Mapping[str, Value] = {"text": "", "bool": False, "number": Decimal(0), "list": ()}
