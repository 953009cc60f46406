"""What stands in place of a number, and for how long somebody could find out more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from ivr.domain.errors import IllegalTransitionError
from ivr.store.compliance.pseudonyms import Pseudonyms
from ivr.store.tables import customer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.fakes.forgotten import Life

SECRET = b"a secret of thirty-two bytes here"


def test_a_lasting_one_is_the_same_for_the_same_tenant_and_secret() -> None:
    made = Pseudonyms(SECRET)
    assert made.lasting(1, "+905321112233") == Pseudonyms(SECRET).lasting(1, "+905321112233")
    others = (made.lasting(2, "+905321112233"), Pseudonyms(b"x" * 16).lasting(1, "+905321112233"))
    assert made.lasting(1, "+905321112233") not in others
    with pytest.raises(ValueError, match="16 bytes"):
        Pseudonyms(b"short")


async def test_the_key_of_a_customer_stays_until_it_is_destroyed(life: Life) -> None:
    made = Pseudonyms(SECRET)

    def job(connection: Connection) -> list[bytes]:
        key = connection.scalar(select(customer.c.id).where(customer.c.public_id == life.she)) or 0
        made.begin(connection, key)
        first = made.passing(connection, key)
        made.begin(connection, key)
        again = made.passing(connection, key)
        assert made.destroy(connection, key, life.at) == 1
        with pytest.raises(IllegalTransitionError):
            made.passing(connection, key)
        made.begin(connection, key)
        with pytest.raises(IllegalTransitionError):
            made.passing(connection, key)
        return [first, again]

    first, again = await life.store.database.change(job)
    assert first == again
