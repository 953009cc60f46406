"""Chance that is the same on every machine and in every version: numbers out of SHA-256."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
_BITS = 32


class Dice:
    """A stream of numbers that only depends on its seed."""

    __slots__ = ("_count", "_left", "_seed")

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._count = 0
        self._left: list[int] = []

    def below(self, most: int) -> int:
        """A whole number from 0 to most - 1; most is far below 2**32, so all are as likely."""
        if not self._left:
            block = hashlib.sha256(self._seed + self._count.to_bytes(8)).digest()
            self._count += 1
            self._left = [int.from_bytes(block[i : i + 4]) for i in range(0, len(block), 4)]
        return self._left.pop() * most >> _BITS

    def chance(self, percent: int) -> bool:
        """True so often."""
        return self.below(100) < percent

    def pick(self, items: Sequence[T]) -> T:
        """One of them."""
        return items[self.below(len(items))]

    def word(self, letters: str, length: int) -> str:
        """So many of these letters."""
        return "".join(self.pick(letters) for _ in range(length))
