"""A SIP trunk in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.sip_rig import Rig

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """The trunk `phones` with the flow `desk`."""
    made = await Rig.start()
    yield made
    await made.close()
