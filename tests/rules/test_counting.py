"""What is not to be counted by coverage is not slowed down by it either (tests/counting.py)."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.counting import AGAIN, EXAMPLES, Within, goes_ways_of_others


@pytest.mark.unmeasured
def test_nothing_traces_a_test_that_is_not_measured() -> None:
    assert sys.gettrace() is None


class _Tracer:
    """What counts in this thread."""

    on = False

    def start(self) -> None:
        self.on = True

    def stop(self) -> None:
        self.on = False


def test_a_test_is_counted_to_its_end_although_it_begins_a_fixture(
    pytestconfig: pytest.Config,
) -> None:
    tracer = _Tracer()
    within = Within(lambda _config: tracer)
    within.enter(pytestconfig)
    within.enter(pytestconfig)
    within.leave(pytestconfig)
    assert tracer.on
    within.leave(pytestconfig)
    assert not tracer.on, "what pytest does afterwards is not counted"


_traced: list[bool] = []


@given(number=st.integers())
def test_only_the_first_examples_of_a_property_are_counted(number: int) -> None:
    _traced.append(sys.gettrace() is not None)
    if len(_traced) > EXAMPLES:
        assert not _traced[-1]
    else:
        assert _traced[-1] == _traced[0], "all of them, or none where nothing is counted"


def test_files_that_are_not_counted_are_there(pytestconfig: pytest.Config) -> None:
    assert all((pytestconfig.rootpath / file).is_file() for file in AGAIN)
    assert goes_ways_of_others(f"{AGAIN[0]}::test_it")


def test_of_twins_on_both_kinds_of_database_the_one_on_sqlite_is_counted() -> None:
    twin = "tests/ports/test_calls.py::test_a_call_is_kept[{}-1]"
    assert goes_ways_of_others(twin.format("postgres"))
    assert not goes_ways_of_others(twin.format("sqlite"))
    assert not goes_ways_of_others("tests/ports/test_calls.py::test_it_is_on_postgres")


def test_on_postgres_what_is_written_for_it_alone_is_counted() -> None:
    assert not goes_ways_of_others("tests/store/search/test_asking.py::test_it[postgres]")
