"""Times taken here are those of the code, not of looking for garbage of other tests."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def no_collection() -> Iterator[None]:
    """Nothing is collected while a test of this folder runs."""
    gc.disable()
    yield
    gc.enable()
