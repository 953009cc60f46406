"""The server that the tests of the API talk to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.door import Door, opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A developer's machine: http on loopback, an agent, a supervisor and an admin signed in."""
    async with opened() as made:
        await made.add("ayse", "agent", teams=("cards",))
        await made.add("ali", "agent", teams=("loans",))
        await made.add("sule", "supervisor", teams=("cards",))
        await made.add("deniz", "admin")
        for name in ("ayse", "ali", "sule", "deniz"):
            await made.sign_in(name)
        yield made
