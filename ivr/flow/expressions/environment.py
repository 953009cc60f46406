"""What an expression may ask while it runs: values, the event's time, the call's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from ivr.domain.values import Value


class Env(Protocol):
    """One moment of one call (or ticket, or survey) as expressions see it."""

    @property
    def now(self) -> datetime:
        """The time of the event being worked on, aware."""
        ...

    @property
    def zone(self) -> tzinfo:
        """The zone that days and hours are meant in."""
        ...

    @property
    def language(self) -> str:
        """The language of the caller, for `lower` and `upper`."""
        ...

    def read(self, path: tuple[str, ...]) -> Value:
        """The value of a dotted path; None if it or a record on the way is missing."""
        ...

    def visits(self, node: str) -> int:
        """How often the current frame entered the node."""
        ...
