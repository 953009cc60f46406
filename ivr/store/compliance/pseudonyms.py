"""Pseudonyms: what stands in place of a number, and with which key it is made.

The tenant's key lasts, so that a refusal of somebody who was forgotten still holds. The customer's
key is random, and destroyed with him: after that nobody can try numbers until one fits.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from ivr.domain.errors import IllegalTransitionError
from ivr.store.tables import customer_key
from ivr.tickets.erasure import pseudonym

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Select

LEAST_KEY = 16
_NONCE_BYTES = 32


class Pseudonyms:
    """Makes pseudonyms. secret: of the server, never stored in the database."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < LEAST_KEY:
            raise ValueError("a key of at least 16 bytes is needed")
        self._secret = secret

    def lasting(self, tenant: int, value: str) -> str:
        """64 hex digits for a number or address: always the same for the same tenant."""
        return pseudonym(value, self._mixed(f"tenant:{tenant}".encode()))

    def begin(self, connection: Connection, customer: int) -> None:
        """Make sure that the customer has a key."""
        known = connection.execute(_of(customer)).one_or_none()
        if known is None:
            row = {"customer_id": customer, "wrapped": os.urandom(_NONCE_BYTES)}
            connection.execute(insert(customer_key).values(row))

    def passing(self, connection: Connection, customer: int) -> bytes:
        """The customer's key. Raises IllegalTransitionError once it is destroyed."""
        known = connection.execute(_of(customer)).one_or_none()
        if known is None or known.wrapped is None:
            raise IllegalTransitionError("the key of this customer is destroyed")
        return self._mixed(b"customer:" + bytes(known.wrapped))

    def destroy(self, connection: Connection, customer: int, at: datetime) -> int:
        """Nobody can make or try a pseudonym of this customer any more. How many keys went."""
        gone = update(customer_key).where(customer_key.c.customer_id == customer)
        done = connection.execute(gone.values(wrapped=None, destroyed_at=at))
        return int(done.rowcount)

    def _mixed(self, about: bytes) -> bytes:
        return hmac.new(self._secret, about, hashlib.sha256).digest()


def _of(customer: int) -> Select[Any]:
    return select(customer_key.c.wrapped).where(customer_key.c.customer_id == customer)
