"""Whom an erasure is about is kept for its later steps, and only with the customer's key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag

from ivr.store.compliance.sealing import seal, widened
from ivr.store.compliance.subjects import Subject
from ivr.tickets.erasure import pseudonym

KEY = b"k" * 32
WHOM = Subject(1, 1, "x", (1,), ("+90532", "a@b.c"), ("+90532",), ("0532",), ("Ali Işık",))


def test_what_was_sealed_comes_back_with_what_came_since() -> None:
    sealed = seal(WHOM, KEY)
    assert "90532" not in sealed
    assert seal(WHOM, KEY) != sealed
    now = replace(WHOM, values=("new",), own=("new",), written=(), names=("Silinmiş müşteri",))
    found = widened(now, sealed, KEY)
    assert (found.values, found.own) == (("+90532", "a@b.c", "new"), ("+90532", "new"))
    assert (found.written, found.names) == (("0532",), ("Ali Işık", "Silinmiş müşteri"))
    assert found.hidden == tuple(pseudonym(each, KEY) for each in found.own)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(InvalidTag):
        widened(WHOM, seal(WHOM, KEY), b"x" * 32)
