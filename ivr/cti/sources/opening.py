"""Opens every source of the configuration: tables are read at once, web services when asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.config.calendars import find_zone
from ivr.config.sources import HttpSource, TableSource
from ivr.cti.sources.http import HttpLookup
from ivr.cti.sources.rows import read_rows
from ivr.cti.sources.shape import Customs
from ivr.cti.sources.table import Table, TableLookup, make_table
from ivr.domain.errors import ConfigError
from ivr.domain.problem import Problem, Severity

if TYPE_CHECKING:
    from ivr.config.model import Config
    from ivr.flow.world import SourceShape, World
    from ivr.runtime.ports import Clock, Source

ReadFile = Callable[[Path], bytes]


class OpenSources:
    """The sources of a running server, by name."""

    def __init__(self, lookups: Mapping[str, HttpLookup | TableLookup]) -> None:
        self._lookups = dict(lookups)

    @property
    def by_name(self) -> Mapping[str, Source]:
        """Each source under the name that flows use."""
        return MappingProxyType(self._lookups)

    async def close(self) -> None:
        """Let go of every connection."""
        for lookup in self._lookups.values():
            await lookup.close()


def open_sources(
    config: Config, world: World, clock: Clock, read_file: ReadFile = Path.read_bytes
) -> OpenSources:
    """Make every source ready. Raises ConfigError with everything wrong in the tables."""
    customs = customs_of(config)
    tables = read_tables(config, world, read_file)
    lookups: dict[str, HttpLookup | TableLookup] = {}
    for name, source in config.sources.items():
        if isinstance(source, HttpSource):
            shape = world.sources[name]
            lookups[name] = HttpLookup(source, shape, customs, clock, local=config.is_local)
        else:
            lookups[name] = TableLookup(tables[name], clock)
    return OpenSources(lookups)


def customs_of(config: Config) -> Customs:
    """How numbers and times are written here."""
    return Customs(config.country, find_zone(config.zone), find_zone)


def read_tables(config: Config, world: World, read_file: ReadFile) -> Mapping[str, Table]:
    """Every table, read and checked. Raises ConfigError; `ivr check` needs no more than this."""
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for name, source in config.sources.items():
        if isinstance(source, TableSource):
            shape = world.sources[name]
            tables[name], wrong = _read_table(config, source, shape, read_file)
            problems += wrong
    if problems:
        raise ConfigError(sorted(dict.fromkeys(problems), key=lambda each: (each.at, each.code)))
    return tables


def _read_table(
    config: Config, source: TableSource, shape: SourceShape, read_file: ReadFile
) -> tuple[Table, list[Problem]]:
    at = config.where("sources", shape.name, "table")
    try:
        raw = read_file(Path(source.table))
    except OSError as error:
        message = f'the table "{source.table}" cannot be read: {error.strerror or error}'
        return Table(source, {}, None), [Problem("C140", Severity.ERROR, at, message)]
    rows, problems = read_rows(source.table, raw)
    if problems:
        return Table(source, {}, None), problems
    return make_table(source, shape, rows, at, customs_of(config))
