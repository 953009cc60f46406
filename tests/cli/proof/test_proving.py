"""`ivr audit verify` names a row that was changed; `ivr export customer` writes all there is."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.cli.outcome import CANNOT_RUN, FOUND, GOOD
from ivr.cli.proof.proving import Wish, export, verify
from tests.fakes.forgotten import NAME, WORDS, Life
from tests.fakes.fresh_store import open_fresh

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.project import Project

FILE = Path("config.yaml")
DATABASE = Path("var/ivr.db")
pytestmark = pytest.mark.usefixtures("project")


@pytest.fixture
def she(project: Project) -> str:
    """Somebody with a long story; her public id."""

    async def live() -> str:
        store = open_fresh(f"sqlite:///{DATABASE}", create=True)
        try:
            life = await Life(store, Path("var/files")).lived()
            return life.she
        finally:
            await store.close()

    DATABASE.parent.mkdir(exist_ok=True)
    return asyncio.run(live())


def test_a_log_that_is_whole_is_good_and_a_changed_row_is_named(
    she: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert she
    assert verify(FILE) == GOOD
    assert "all as they were written" in capsys.readouterr().out
    with closing(sqlite3.connect(DATABASE)) as other:
        other.execute("DROP TRIGGER audit_log_unchanged")
        other.execute("UPDATE audit_log SET body = replace(body, 'a', 'b') WHERE seq = 3")
        other.commit()
    assert verify(FILE) == FOUND
    assert capsys.readouterr().out == "row 3 of the audit log is not as it was written\n"


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (lambda rows: {"seq": rows[2][0], "hash": rows[2][1]}, ""),
        (lambda rows: {"seq": rows[2][0], "hash": "0" * 64}, "another one"),
        (lambda rows: {"seq": len(rows) + 1, "hash": "0" * 64}, "the log ends at"),
    ],
)
def test_a_head_that_was_written_down_shows_a_chain_made_anew(
    she: str,
    head: Callable[[list[tuple[int, str]]], dict[str, object]],
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert she
    with closing(sqlite3.connect(DATABASE)) as other:
        rows = other.execute("SELECT seq, hash FROM audit_log ORDER BY seq").fetchall()
    heads = Path("heads.jsonl")
    heads.write_text(json.dumps({"at": "2026-11-23T03:00:00+00:00", **head(rows)}) + "\n")
    assert verify(FILE, heads) == (FOUND if said else GOOD)
    assert said in capsys.readouterr().out
    heads.write_text("no JSON\n", encoding="utf-8")
    assert verify(FILE, heads) == CANNOT_RUN


def test_everything_of_a_customer_is_written_with_his_files(
    she: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path("out")
    assert export(Wish(she, "dilekçe 7", folder), FILE) == GOOD
    text = (folder / "data.json").read_text(encoding="utf-8")
    assert NAME in text
    assert WORDS in text
    files = sorted((folder / "files").iterdir())
    assert [each.read_bytes() for each in files] == [WORDS.encode()] * 2
    assert {each.name.partition("-")[2] for each in files} == {"zürafa.txt", "z.png"}
    assert "3 contacts" in capsys.readouterr().out
    assert verify(FILE) == GOOD


def test_what_cannot_be_written_is_refused(she: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(Wish(she, " ", Path("out")), FILE) == CANNOT_RUN
    assert export(Wish("nobody", "dilekçe", Path("out")), FILE) == CANNOT_RUN
    assert export(Wish(she, "dilekçe", Path()), FILE) == CANNOT_RUN
    said = capsys.readouterr().err
    assert "--why" in said
    assert "no such customer" in said
    assert "is there already" in said
