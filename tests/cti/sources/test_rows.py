"""Reading the file of a table."""

from __future__ import annotations

import pytest

from ivr.cti.sources.rows import read_rows


def test_yaml_rows_know_their_places() -> None:
    rows, problems = read_rows("t.yaml", b"- {phone: 0532, name: Ada}\n- phone: 0533\n")
    assert problems == []
    assert [row.cells for row in rows] == [{"phone": "0532", "name": "Ada"}, {"phone": "0533"}]
    assert str(rows[1].places["phone"]) == "Position(file='t.yaml', line=2, column=10)"


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", [{"a": "1", "b": "2"}]),
        ("a;b\r\n1;2,5\r\n", [{"a": "1", "b": "2,5"}]),
        ("\ufeffa,b\n\n1,\n", [{"a": "1"}]),
        ('a,b\n"x, y","say ""hi"""\n', [{"a": "x, y", "b": 'say "hi"'}]),
        ("a , b\n 1 , 2 \n", [{"a": "1", "b": "2"}]),
        ("a\n", []),
    ],
)
def test_csv_rows_are_read(text: str, rows: list[dict[str, str]]) -> None:
    found, problems = read_rows("t.CSV", text.encode())
    assert problems == []
    assert [dict(row.cells) for row in found] == rows


def test_a_row_of_csv_stands_where_it_begins() -> None:
    rows, _ = read_rows("t.csv", b'a,b\n"x\ny",2\n3,4\n')
    assert [row.at.line for row in rows] == [2, 4]


@pytest.mark.parametrize(
    ("file", "raw", "line"),
    [
        ("t.txt", b"", "t.txt:1:1 C140 error a table is a .yaml or a .csv file"),
        ("t.csv", b"", "t.csv:1:1 C140 error the table has no head line"),
        (
            "t.csv",
            b"a\n\xff",
            "t.csv:1:1 C140 error the table is not UTF-8; save it as CSV UTF-8",
        ),
        ("t.csv", b"a,a\n1,2", 't.csv:1:1 C131 error the column "a" is here twice'),
        ("t.csv", b"a,b\n1", "t.csv:2:1 C142 error this row has 1 cells, the head line 2"),
        ("t.csv", b"x" * 10_000_001, "t.csv:1:1 C140 error the table is larger than 10 MB"),
        ("t.yaml", b"a: b", "t.yaml:1:1 C142 error a table is a list of rows"),
        ("t.yaml", b"- a", "t.yaml:1:3 C142 error a row is a map of columns and values"),
        ("t.yaml", b"- {a: [b]}", "t.yaml:1:7 C142 error a cell holds one value"),
        ("t.yaml", b"- {a: &x b}", "t.yaml:1:7 F004 error anchors (&) are not allowed"),
    ],
)
def test_a_wrong_table_is_told(file: str, raw: bytes, line: str) -> None:
    _, problems = read_rows(file, raw)
    assert str(problems[0]).startswith(line)
    assert len(problems) == 1


def test_a_quote_that_never_ends_is_no_csv() -> None:
    _, problems = read_rows("t.csv", b'a\n"x\n')
    assert problems[0].code == "C140"
