"""What coverage counts: that makes Python 2 to 4 times slower, so it stops where it tells nothing.

What is left out is missing in the figures, so the pass lines in .ci/check.sh only get harder.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from coverage import Coverage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest
    from pytest_cov.engine import CovController

EXAMPLES = 12
"""So many examples of a property are counted; the others of its hundred go the same ways again."""

FIRST = "gw0"
_TRACER = "CTracer"
"""The one that Python calls for every line of everybody; newer Pythons call for lines of ours."""
_ON_POSTGRES = re.compile(r"[\[-]postgres[\]-]")
_POSTGRES_ALONE = (
    *("tests/store/desk/", "tests/store/knowledge/", "tests/store/search/"),
    *("tests/store/customers/test_importing.py", "tests/store/intake/test_rows.py"),
    *("tests/ports/test_texts.py", "tests/runtime/surveys/test_rating.py"),
)
"""Their tests reach what is written for PostgreSQL alone. All others go the same ways on both kinds
of database, and are counted on SQLite. Besides, SQLAlchemy asks PostgreSQL in greenlets, between
which coverage confuses whose lines it counts."""

AGAIN = (
    *(
        "tests/acd/alarms/test_course.py",
        "tests/acd/test_identities.py",
        "tests/acd/test_places.py",
    ),
    *("tests/channels/sip/wire/messages/test_frame.py", "tests/domain/test_fold.py"),
    *("tests/engine/test_random_calls.py", "tests/flow/checker/paths/test_mutants.py"),
    *("tests/flow/load/test_hashing.py", "tests/flow/test_reader_suite.py"),
    *("tests/media/say/test_en_numbers.py", "tests/media/say/test_tr_numbers.py"),
    *("tests/runtime/flows/test_folder.py", "tests/runtime/survey_waves/test_waving.py"),
    *("tests/store/customers/test_merging.py", "tests/store/search/test_matching.py"),
    *("tests/store/test_upgrade.py", "tests/store/tickets/clocks/test_ledgers.py"),
    *("tests/surveys/planned/test_calendar.py", "tests/surveys/planned/test_drawing.py"),
    "tests/tickets/catalogue/test_damaged.py",
)
"""Long tests of which coverage by file has shown that others go all their ways."""


def count_once(config: pytest.Config) -> None:
    """Let a worker count once, and cheaply. pytest-cov (7.1) starts counting there twice, as a
    lone run's and then as a worker's; the first takes over whenever the second pauses, and is
    thrown away."""
    counting = _counting(config)
    if counting is None:
        return
    counting.pause()
    while hasattr(config, "workerinput") and (other := Coverage.current()) is not None:
        other.stop()
    _lock_cheaply(counting.cov)
    counting.resume()


def _lock_cheaply(cov: Coverage) -> None:
    """Each call of a function of ours locks what is counted and lets go of it again, by two methods
    in Python that ask whether there is a lock (coverage 7.17): a fifth of what counting it takes.
    """
    collector = cov._collector
    lock = getattr(collector, "data_lock", None)
    if lock is not None:
        vars(collector).update(lock_data=lock.acquire, unlock_data=lock.release)


@contextmanager
def read_by_one(config: pytest.Config) -> Iterator[None]:
    """While the tests are read, and all they import, one worker counts for all of them."""
    counting = _counting(config)
    worker = getattr(config, "workerinput", {"workerid": FIRST})["workerid"]
    if counting is None or worker == FIRST:
        yield
        return
    counting.pause()
    try:
        yield
    finally:
        counting.resume()


class Within:
    """Counts while fixtures and tests run, and not what pytest does between them, which is as much
    for a small test. Other threads are theirs, and counted as long as they run."""

    def __init__(self, find: Callable[[pytest.Config], Any]) -> None:
        self._find = find
        self._inside = 0

    def enter(self, config: pytest.Config) -> None:
        """A fixture or a test begins; one may begin another."""
        self._inside += 1
        tracer = self._find(config) if self._inside == 1 else None
        if tracer is not None:
            tracer.start()

    def leave(self, config: pytest.Config) -> None:
        """It is over."""
        self._inside -= 1
        if not self._inside:
            self.rest(config)

    def rest(self, config: pytest.Config) -> None:
        """From here on it is pytest's turn."""
        tracer = self._find(config)
        if tracer is not None:
            tracer.stop()


def _own_tracer(config: pytest.Config) -> Any:  # noqa: ANN401 - has no type
    """What counts in this thread, if anything does and it costs where it finds nothing."""
    counting = _counting(config)
    if counting is None or not counting.started:
        return None
    tracers = getattr(counting.cov._collector, "tracers", ())
    return tracers[0] if tracers and type(tracers[0]).__name__ == _TRACER else None


WITHIN = Within(_own_tracer)


@contextmanager
def counted(item: pytest.Item) -> Iterator[None]:
    """Count nothing of a test marked `unmeasured`, or that goes ways others go, over and over; of a
    property the first examples."""
    counting = _counting(item.config)
    if counting is None:
        yield
        return
    prop: Any = getattr(getattr(item, "obj", None), "hypothesis", None)
    inner = getattr(prop, "inner_test", None)
    if item.get_closest_marker("unmeasured") is not None or goes_ways_of_others(item.nodeid):
        counting.pause()
    elif inner is not None:
        prop.inner_test = _at_first(inner, counting)
    WITHIN.rest(item.config)
    try:
        yield
    finally:
        if inner is not None:
            prop.inner_test = inner
        if not counting.started:
            counting.resume()
            WITHIN.rest(item.config)


def goes_ways_of_others(nodeid: str) -> bool:
    """Whether a test tells nothing that others do not, as most on PostgreSQL beside their twins on
    SQLite."""
    if nodeid.startswith(AGAIN):
        return True
    return bool(_ON_POSTGRES.search(nodeid)) and not nodeid.startswith(_POSTGRES_ALONE)


def _counting(config: pytest.Config) -> CovController | None:
    return getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)


def _at_first(test: Callable[..., object], counting: CovController) -> Callable[..., object]:
    done = 0

    @wraps(test)
    def run(*args: Any, **named: Any) -> object:  # noqa: ANN401 - whatever hypothesis draws
        nonlocal done
        done += 1
        if done == EXAMPLES + 1:
            counting.pause()
        return test(*args, **named)

    return run
