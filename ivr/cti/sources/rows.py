"""Reads a table's file: a YAML list of rows, or CSV (RFC 4180) with a head line."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from ivr.domain.problem import Position, Problem, Severity
from ivr.flow.reader import List, Map, Text, read

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CSV_BYTES = 10_000_000
"""A table is read into memory as a whole; a larger one belongs into a database. YAML: 1 MB."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells that hold something, and where each stands."""

    cells: Mapping[str, str]
    at: Position
    places: Mapping[str, Position]


def read_rows(file: str, raw: bytes) -> tuple[list[Row], list[Problem]]:
    """The rows of a table and what is wrong with it; the ending of the name says which kind."""
    if file.lower().endswith(".csv"):
        return _read_csv(file, raw)
    if not file.lower().endswith((".yaml", ".yml")):
        return [], [_problem("C140", Position(file), "a table is a .yaml or a .csv file")]
    return _read_yaml(file, raw)


def _problem(code: str, at: Position, message: str) -> Problem:
    return Problem(code, Severity.ERROR, at, message)


def _read_yaml(file: str, raw: bytes) -> tuple[list[Row], list[Problem]]:
    document, found = read(file, raw, empty_ok=lambda _key: False)
    problems = list(found)
    root = document.root if document else None
    if root is None:
        return [], problems
    if not isinstance(root, List):
        return [], [*problems, _problem("C142", root.at, "a table is a list of rows")]
    rows: list[Row] = []
    for item in root.items:
        if isinstance(item, Map):
            rows.append(_yaml_row(item, problems))
        else:
            problems.append(_problem("C142", item.at, "a row is a map of columns and values"))
    return rows, problems


def _yaml_row(item: Map, problems: list[Problem]) -> Row:
    cells: dict[str, str] = {}
    places: dict[str, Position] = {}
    for entry in item.entries:
        if isinstance(entry.value, Text):
            cells[entry.key.value] = entry.value.value
            places[entry.key.value] = entry.value.at
        else:
            problems.append(_problem("C142", entry.value.at, "a cell holds one value"))
    return Row(cells, item.at, places)


def _read_csv(file: str, raw: bytes) -> tuple[list[Row], list[Problem]]:
    if len(raw) > MOST_CSV_BYTES:
        return [], [_problem("C140", Position(file), "the table is larger than 10 MB")]
    try:
        text = raw.decode("utf-8-sig")
        lines = _split(text)
    except UnicodeDecodeError:
        message = "the table is not UTF-8; save it as CSV UTF-8"
        return [], [_problem("C140", Position(file), message)]
    except csv.Error as error:
        return [], [_problem("C140", Position(file), f"the table is not CSV: {error}")]
    if not lines:
        return [], [_problem("C140", Position(file), "the table has no head line")]
    head, problems = lines[0][1], _head_problems(file, lines[0][1])
    rows: list[Row] = []
    for number, fields in lines[1:]:
        at = Position(file, number)
        if len(fields) != len(head):
            message = f"this row has {len(fields)} cells, the head line {len(head)}"
            problems.append(_problem("C142", at, message))
            continue
        cells = {name: cell for name, cell in zip(head, fields, strict=True) if cell}
        rows.append(Row(cells, at, dict.fromkeys(cells, at)))
    return rows, problems


def _split(text: str) -> list[tuple[int, list[str]]]:
    """(line number, cells) of each line with something in it; `;` if the head line has no comma."""
    first = text.partition("\n")[0]
    mark = ";" if ";" in first and "," not in first else ","
    lines: list[tuple[int, list[str]]] = []
    start = 1
    reader = csv.reader(StringIO(text, newline=""), delimiter=mark, strict=True)
    for fields in reader:
        stripped = [cell.strip() for cell in fields]
        if any(stripped):
            lines.append((start, stripped))
        start = reader.line_num + 1
    return lines


def _head_problems(file: str, head: list[str]) -> list[Problem]:
    twice = sorted({name for name in head if head.count(name) > 1})
    return [
        _problem("C131", Position(file), f'the column "{name}" is here twice') for name in twice
    ]
