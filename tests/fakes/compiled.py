"""One memory of compiled SQL for all databases that tests open.

SQLAlchemy remembers for each engine what it has compiled. A server has its engines as long as it
runs, a test for some milliseconds: compiling took a third of the time of tests with a database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

if TYPE_CHECKING:
    from sqlalchemy import Compiled, Connection

MOST = 5000
"""A test that makes up statements without end must not fill the memory of its worker."""


class _Memory(dict[Any, "Compiled"]):
    """Compiled statements by their key, in which the kind of database stands for the engine's."""

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ANN401 - as SQLAlchemy has it
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: Any, compiled: Compiled) -> None:  # noqa: ANN401
        if len(self) >= MOST:
            self.clear()
        super().__setitem__(_of_kind(key), compiled)


def _of_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    return (type(dialect), dialect.server_version_info, dialect.paramstyle, *statement)


_MEMORY = _Memory()


def remember_compiled() -> None:
    """From now on every engine of this process shares what was compiled."""
    if not event.contains(Engine, "engine_connect", _share):
        event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_MEMORY)
