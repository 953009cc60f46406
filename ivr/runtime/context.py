"""Which call the current piece of work is about, for every log line on the way."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.runtime.live import LiveCall

_NOWHERE: Mapping[str, str] = {}
_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("about", default=_NOWHERE)


class speaking_of:  # noqa: N801 - reads as a phrase: `with speaking_of(call):`
    """Log lines inside carry this call and its trunk."""

    __slots__ = ("_about", "_before")

    def __init__(self, call: LiveCall) -> None:
        self._about = {"call": call.id, "trunk": call.trunk}

    def __enter__(self) -> None:
        self._before = _ABOUT.set(self._about)

    def __exit__(self, *_error: object) -> None:
        _ABOUT.reset(self._before)


def about() -> Mapping[str, str]:
    """What `speaking_of` said last, empty outside of a call."""
    return _ABOUT.get()
