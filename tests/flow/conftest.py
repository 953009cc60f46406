"""The worked example as fixtures; other folders import `tests.flow.bank` itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flow import bank

if TYPE_CHECKING:
    from ivr.flow.world import World


@pytest.fixture
def bank_files() -> dict[str, bytes]:
    """The flows of the worked example by path."""
    return bank.bank_files()


@pytest.fixture(scope="session")
def bank_world() -> World:
    """The world of the worked example."""
    return bank.bank_world()
