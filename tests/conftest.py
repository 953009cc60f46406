"""What holds for every test: no network but loopback, bounded chance, no silent skip in CI."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import HealthCheck, settings

from tests.counting import WITHIN, count_once, counted, read_by_one
from tests.fakes.compiled import remember_compiled
from tests.fakes.fresh_store import emptied, fresh_file, let_go, open_fresh
from tests.scheduling import InTime, make_way, place

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterator
    from pathlib import Path

    from xdist.remote import Producer
    from xdist.scheduler import Scheduling

    from ivr.store import SqlStore

POSTGRES = "IVR_TEST_POSTGRES"
REQUIRED = "IVR_TEST_REQUIRE"

# The same examples each time, so that a red run can be repeated and a green one means the same
# tomorrow. `pytest --hypothesis-profile=deep` goes looking for new ones.
_QUIET = (HealthCheck.too_slow,)
settings.register_profile(
    "house",
    derandomize=True,
    database=None,
    max_examples=100,
    deadline=None,
    suppress_health_check=_QUIET,
)
settings.register_profile("deep", max_examples=5000, deadline=None, suppress_health_check=_QUIET)
settings.load_profile("house")


# Looking for garbage every 700 objects, as Python does, takes a tenth of the time of all tests;
# after many more it would be a pause that tests of sound hear (50,000: 40 ms on a busy machine).
gc.set_threshold(10_000, 20, 50)

remember_compiled()


class NetworkRefusedError(PermissionError):
    """A test reached for an address outside this machine."""


_refused: list[str] = []


def _is_loopback(host: object) -> bool:
    if host in {None, "", b"", "localhost", b"localhost"}:
        return True
    number = _number(host)
    return number is not None and number.is_loopback


def _number(host: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _watch_the_network(event: str, arguments: tuple[object, ...]) -> None:
    """Audit hook of the interpreter: every Python socket passes here, whoever made it.

    Raises NetworkRefusedError for a connection, a datagram or a name look-up that would leave
    the machine. A path (Unix socket) stays on it; a written address is looked up nowhere.
    """
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        if isinstance(address, tuple) and not _is_loopback(address[0]):
            _refuse(f"a test may talk to loopback only, not to {address}")
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
        if not _is_loopback(host) and _number(host) is None:
            _refuse(f"a test may look up localhost only, not {host!r}")


def _refuse(reason: str) -> None:
    _refused.append(reason)
    raise NetworkRefusedError(reason)


sys.addaudithook(_watch_the_network)


@pytest.fixture
def refused() -> list[str]:
    """What the network guard has refused in this test; what is left in it fails the test."""
    return _refused


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """See tests/counting.py."""
    count_once(session.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """See tests/counting.py."""
    with counted(item):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(request: pytest.FixtureRequest) -> Generator[None, object, object]:
    """See tests/counting.py."""
    WITHIN.enter(request.config)
    try:
        return (yield)
    finally:
        WITHIN.leave(request.config)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """See tests/counting.py."""
    WITHIN.enter(pyfuncitem.config)
    try:
        return (yield)
    finally:
        WITHIN.leave(pyfuncitem.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """See tests/counting.py."""
    WITHIN.enter(item.config)
    try:
        return (yield)
    finally:
        WITHIN.leave(item.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that reached for the network, even if its code swallowed the refusal.

    A skip whose reason holds a word of IVR_TEST_REQUIRE (CI: postgres) is a failure too.
    """
    report = yield
    reason = str(call.excinfo.value if call.excinfo else "")
    if report.skipped and not hasattr(report, "wasxfail") and _must_run(reason):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must run here, but was skipped: {reason}"
    if _refused and not report.failed:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: {'; '.join(_refused)}"
    _refused.clear()
    if report.passed and hasattr(item.config, "workerinput"):
        _shorten(report)
    return report


def _shorten(report: pytest.TestReport) -> None:
    """A worker tells of each test thrice: of what is good nobody reads there by which words it is
    chosen nor what it has printed."""
    report.keywords = {}
    report.sections = []


def _must_run(reason: str) -> bool:
    words = os.environ.get(REQUIRED, "").lower().split(",")
    return any(word in reason.lower() for word in words if word)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Reading the tests makes little garbage, so nobody looks for it meanwhile."""
    gc.disable()
    try:
        with read_by_one(session.config):
            return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Twenty thousand tests stay to the end: looking each of them over for garbage takes a second,
    again and again, and falls into whatever is being timed. The little garbage stays with them."""
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """See tests/scheduling.py."""
    make_way(item.nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Several workers: see tests/scheduling.py."""
    config.option.loadscopereorder = False
    return InTime(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Several workers begin with what takes longest."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: place(item.nodeid))


@pytest.fixture
def sqlite_address(tmp_path: Path) -> str:
    """A new SQLite file with tables and no rows."""
    return fresh_file(tmp_path / "ivr.db")


@pytest.fixture
def postgres_address(postgres_url: str) -> str:
    """This worker's PostgreSQL database with tables and no rows."""
    return emptied(postgres_url)


@pytest.fixture(params=("sqlite", "postgres"))
def sql_address(request: pytest.FixtureRequest) -> str:
    """A database of each kind in turn, with tables and no rows."""
    found: str = request.getfixturevalue(f"{request.param}_address")
    return found


@pytest.fixture
def address(sql_address: str) -> str:
    """The same; where ports have a store in memory too, that is one of them."""
    return sql_address


@pytest.fixture
async def base(sql_address: str) -> AsyncIterator[SqlStore]:
    """An empty store on each database."""
    opened = open_fresh(sql_address, create=True)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this worker's own, dropped at the end.

    Skips when IVR_TEST_POSTGRES is not set; `.ci/postgres.sh COMMAND` sets it.
    """
    server = os.environ.get(POSTGRES)
    if not server:
        pytest.skip(f"needs PostgreSQL: {POSTGRES} is not set (.ci/postgres.sh COMMAND sets it)")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"ivr_{worker}_{os.getpid()}"
    asyncio.run(_run_sql(server, f"CREATE DATABASE {name}"))
    url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    yield url
    let_go(url)
    asyncio.run(_run_sql(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


async def _run_sql(url: str, statement: str) -> None:
    import asyncpg  # noqa: PLC0415 - an extra; only these tests need it

    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
