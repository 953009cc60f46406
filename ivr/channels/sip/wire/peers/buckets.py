"""Counts how often somebody comes, without a list of times: token buckets, bounded in number.

A bucket holds `size` tokens and fills at `per_s`; each coming takes one. Whoever is seen longest
ago is forgotten first when there are too many (the table cannot be filled up by an attacker).
Times are seconds on the caller's clock.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)


class Buckets(Generic[Name]):
    """Token buckets by name, at most `most` of them."""

    def __init__(self, size: float, per_s: float, most: int) -> None:
        self._size = size
        self._per_s = per_s
        self._most = most
        self._left: OrderedDict[Name, tuple[float, float]] = OrderedDict()  # tokens, at

    def __len__(self) -> int:
        return len(self._left)

    def take(self, name: Name, now: float) -> bool:
        """Take one token; False if none is left."""
        left = self._tokens(name, now)
        enough = left >= 1
        self._left[name] = (left - 1 if enough else left, now)
        self._left.move_to_end(name)
        if len(self._left) > self._most:
            self._left.popitem(last=False)
        return enough

    def is_empty(self, name: Name, now: float) -> bool:
        """Would `take` fail now?"""
        return self._tokens(name, now) < 1

    def forget(self, name: Name) -> None:
        """The bucket of this name is full again."""
        self._left.pop(name, None)

    def _tokens(self, name: Name, now: float) -> float:
        left, at = self._left.get(name, (self._size, now))
        return min(self._size, left + max(now - at, 0.0) * self._per_s)


class Bans(Generic[Name]):
    """Who is shut out until when, at most `most` names; the oldest ban is forgotten first."""

    def __init__(self, for_s: float, most: int) -> None:
        self._for_s = for_s
        self._most = most
        self._until: OrderedDict[Name, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._until)

    def add(self, name: Name, now: float) -> None:
        """Shut this name out from now on."""
        self._until[name] = now + self._for_s
        self._until.move_to_end(name)
        if len(self._until) > self._most:
            self._until.popitem(last=False)

    def holds(self, name: Name, now: float) -> bool:
        """Is this name shut out?"""
        until = self._until.get(name)
        if until is None:
            return False
        if now < until:
            return True
        del self._until[name]
        return False
