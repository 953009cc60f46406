"""What is not to be counted by coverage is not slowed down by it either (tests/conftest.py)."""

from __future__ import annotations

import sys

import pytest


@pytest.mark.unmeasured
def test_nothing_traces_a_test_that_is_not_measured() -> None:
    assert sys.gettrace() is None
