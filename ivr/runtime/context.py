"""Which call the current piece of work is about, for every log line on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from ivr.runtime.live import LiveCall

_NOWHERE: Mapping[str, str] = {}
_ABOUT: ContextVar[Mapping[str, str]] = ContextVar("about", default=_NOWHERE)


@contextmanager
def speaking_of(call: LiveCall) -> Iterator[None]:
    """Log lines inside carry this call and its trunk."""
    token = _ABOUT.set({"call": call.id, "trunk": call.trunk})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def about() -> Mapping[str, str]:
    """What `speaking_of` said last, empty outside of a call."""
    return _ABOUT.get()
