"""Long texts come in parts, in any order: when they are whole, and what they say then.

Source: 3GPP TS 23.040 9.2.3.24.1 and .8: the parts of one text have a reference in common (8 or 16
bits, used again sooner or later), their total and their number, which counts from 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

GAP = "[…]"
"""Stands where a part never came."""
MOST_PARTS = 255
_WIDE = 0x08
_NARROW = 0x00


def is_whole(total: int, parts: Mapping[int, str]) -> bool:
    """Whether every part from 1 to total is there."""
    return all(number in parts for number in range(1, total + 1))


def joined(total: int, parts: Mapping[int, str]) -> str:
    """The text of all parts; where some are missing, one mark for each run of them."""
    found: list[str] = []
    for number in range(1, total + 1):
        if number in parts:
            found.append(parts[number])
        elif not found or found[-1] is not GAP:
            found.append(GAP)
    return "".join(found)


def part_of(header: bytes) -> tuple[int, int, int] | None:
    """Reference, total and number out of a user data header; None if it holds no such element.

    header: with its own length in front, as `05 00 03 ref total number`. A header that is cut
    short, or counts wrongly, is of no part: the text is still a text.
    """
    place = 1
    while place + 1 < len(header):
        kind, length = header[place], header[place + 1]
        data = header[place + 2 : place + 2 + length]
        place += 2 + length
        if len(data) != length:
            return None
        found = _numbers(kind, data)
        if found is not None:
            return found
    return None


def _numbers(kind: int, data: bytes) -> tuple[int, int, int] | None:
    if kind == _NARROW and len(data) == 3:
        ref, total, number = data
    elif kind == _WIDE and len(data) == 4:
        ref, total, number = int.from_bytes(data[:2], "big"), data[2], data[3]
    else:
        return None
    return (ref, total, number) if 1 <= number <= total else None
