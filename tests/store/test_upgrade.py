"""Migrations on both engines, copies before them, and refusing what does not fit."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from ivr.domain.errors import StoreError
from ivr.store import postgres
from ivr.store import upgrade as upgrading
from ivr.store.address import read_address
from ivr.store.tables import acd_event, acd_shard, sip_user
from ivr.store.upgrade import HEAD, NOTHING, downgrade, migrate, open_at_head, revision, upgrade

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{path}"
    found: str = request.getfixturevalue("postgres_url")
    downgrade(found)
    return found


def _tables(url: str) -> set[str]:
    return set(upgrading._look(read_address(url), lambda it: inspect(it).get_table_names()))


def test_up_check_and_down_again(url: str) -> None:
    assert upgrade(url) == NOTHING
    assert revision(read_address(url)) == HEAD
    migrate(read_address(url), command.check)
    assert upgrade(url) == HEAD
    downgrade(url)
    assert _tables(url) <= {"alembic_version"}
    upgrade(url)
    migrate(read_address(url), command.check)


def test_a_database_with_calls_and_no_phones_takes_phones_and_keeps_its_calls(url: str) -> None:
    address = read_address(url)
    migrate(address, lambda it: command.upgrade(it, "0001"))
    upgrading._look(address, lambda it: it.execute(text("UPDATE owner SET epoch = 42")))
    with pytest.raises(StoreError, match=r'at 0001.*run "ivr db upgrade"'):
        open_at_head(address, create=True)
    assert upgrade(url) == "0001"
    assert {"sip_user", "sip_binding"} <= _tables(url)
    question = text("SELECT epoch FROM owner")
    assert upgrading._look(address, lambda it: it.scalar(question)) == 42
    downgrade(url, "0001")
    assert not {"sip_user", "sip_binding"} & _tables(url)
    assert upgrading._look(address, lambda it: it.scalar(question)) == 42
    upgrade(url)


DESK = frozenset(
    {"person", "person_session", "one_use_link", "login_failure", "agent", "acd_shard"}
    | {"acd_event", "acd_decision", "waiting", "ring_group", "offer", "agent_state"}
    | {"callback", "pop", "audit_log"}
)


def test_a_database_with_phones_and_no_people_takes_people_and_keeps_its_phones(url: str) -> None:
    address = read_address(url)
    migrate(address, lambda it: command.upgrade(it, "0002"))
    ali = {"name": "ali", "realm": "ivr", "ha1_sha256": "a" * 64, "ha1_md5": "b" * 32}
    upgrading._look(address, lambda it: it.execute(sip_user.insert().values(**ali)))
    assert upgrade(url) == "0002"
    assert _tables(url) >= DESK
    migrate(address, command.check)
    names = text("SELECT name FROM sip_user")
    assert upgrading._look(address, lambda it: it.scalars(names).all()) == ["ali"]
    upgrading._look(address, _fill_the_desk)
    downgrade(url, "0002")
    assert not DESK & _tables(url)
    assert upgrading._look(address, lambda it: it.scalars(names).all()) == ["ali"]
    upgrade(url)


def _fill_the_desk(connection: Connection) -> None:
    """Rows that others depend on must not keep a table from going."""
    connection.execute(acd_shard.insert().values(id="main", owner="here"))
    event = {"shard": "main", "seq": 1, "epoch": 1, "at": 1, "kind": "Tick", "body": "{}"}
    connection.execute(acd_event.insert().values(**event))


def test_every_place_that_one_may_have_has_its_index(url: str) -> None:
    upgrade(url)
    assert upgrading._look(read_address(url), _unique_indexes) == {
        "uq_ring_group_live_call": ["call"],
        "uq_offer_live_agent_slot": ["agent", "slot"],
        "uq_offer_live_endpoint": ["endpoint"],
        "uq_offer_accepted": ["shard", "ring_group"],
        "uq_callback_live_identity_queue": ["identity", "queue"],
    }


def _unique_indexes(connection: Connection) -> dict[str | None, list[str | None]]:
    """Those of the queue machine's tables that belong to no constraint, with their columns."""
    found = [
        index
        for table in ("ring_group", "offer", "callback")
        for index in inspect(connection).get_indexes(table)
    ]
    return {
        index["name"]: list(index["column_names"])
        for index in found
        if index["unique"] and not index.get("duplicates_constraint")
    }


def test_the_newest_migration_is_the_one_named_in_the_program() -> None:
    folder = ScriptDirectory(str(upgrading._FOLDER))
    assert folder.get_heads() == [HEAD]
    assert folder.get_base() == "0001"


def test_an_empty_database_is_set_up_only_when_asked(url: str) -> None:
    address = read_address(url)
    with pytest.raises(StoreError) as caught:
        open_at_head(address, create=False)
    assert str(caught.value) == (
        f'database is at nothing, this version needs {HEAD}: run "ivr db upgrade"'
    )
    open_at_head(address, create=True)
    open_at_head(address, create=False)


def test_another_revision_is_refused_even_when_creating(url: str) -> None:
    address = read_address(url)
    upgrade(url)
    upgrading._look(address, _pretend)
    with pytest.raises(StoreError) as caught:
        open_at_head(address, create=True)
    assert str(caught.value) == (
        f'database is at 0000, this version needs {HEAD}: run "ivr db upgrade"'
    )
    upgrading._look(address, lambda it: it.execute(text("DELETE FROM alembic_version")))
    with pytest.raises(StoreError, match="at nothing"):
        open_at_head(address, create=True)
    again = text("INSERT INTO alembic_version VALUES (:head)").bindparams(head=HEAD)
    upgrading._look(address, lambda it: it.execute(again))


def _pretend(connection: Connection) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))


def test_looking_for_a_file_does_not_make_it(path: Path) -> None:
    assert revision(read_address(f"sqlite:///{path}")) == NOTHING
    with pytest.raises(StoreError):
        open_at_head(read_address(f"sqlite:///{path}"), create=False)
    assert not path.exists()


def test_the_folder_of_a_new_file_is_made(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'a b' / '100%25' / 'ivr.db'}")
    assert (tmp_path / "a b" / "100%" / "ivr.db").exists()


def test_a_file_is_copied_before_it_is_changed(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"sqlite:///{path}"
    upgrade(url)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE owner SET epoch = 42")
    folder = tmp_path / "migrations"
    shutil.copytree(upgrading._FOLDER, folder)
    (folder / "versions" / "9999_next.py").write_text(
        f'revision = "9999"\ndown_revision = "{HEAD}"\n'
        'def upgrade():\n    from alembic import op\n    op.drop_table("journal")\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(upgrading, "_FOLDER", folder)
    monkeypatch.setattr(upgrading, "HEAD", "9999")
    assert upgrade(url) == HEAD
    assert "journal" not in _tables(url)
    copy = path.with_name(f"ivr.db.{HEAD}.bak")
    assert "journal" in _tables(f"sqlite:///{copy}")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT epoch FROM owner").fetchone() == (42,)


def test_a_drafted_migration_is_python_that_knows_our_types(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(upgrading._FOLDER, folder)
    monkeypatch.setattr(upgrading, "_FOLDER", folder)
    upgrade(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE journal DROP COLUMN at")
    migrate(
        read_address(f"sqlite:///{path}"),
        lambda it: command.revision(it, "when", autogenerate=True, rev_id="9999"),
    )
    draft = (folder / "versions" / "9999_when.py").read_text(encoding="utf-8")
    compile(draft, "9999_when.py", "exec")
    assert "sa.Column('at', UTC(), nullable=False)" in draft
    assert "from ivr.store.types import UTC" in draft


def test_a_new_file_is_not_copied(path: Path) -> None:
    upgrade(f"sqlite:///{path}")
    assert list(path.parent.glob("*.bak")) == []


def test_a_damaged_file_is_named_and_left_alone(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(StoreError, match=r"ivr\.db: file is not a database"):
        open_at_head(read_address(f"sqlite:///{path}"), create=True)
    assert path.read_bytes() == b"this is no database at all" * 100


def test_a_database_that_is_not_there_is_reported_without_the_password() -> None:
    with pytest.raises(StoreError, match="cannot reach the database") as caught:
        revision(read_address("postgresql://ivr:hunter2@127.0.0.1:1/none"))
    assert "hunter2" not in str(caught.value)
    assert "***" in str(caught.value)


def test_work_runs_apart_from_the_running_loop() -> None:
    async def answer() -> int:
        return 7

    assert postgres.apart(answer) == 7


CUSTOMERS = frozenset(
    {"customer", "contact_point", "product", "ticket", "ticket_article", "sla_clock"}
    | {"intake_item", "kb_article", "consent_event", "outbox_event", "outbox_delivery"}
)


def test_a_database_with_contacts_takes_tickets_and_keeps_its_contacts(url: str) -> None:
    address = read_address(url)
    migrate(address, lambda it: command.upgrade(it, "0005"))
    contact = text(
        "INSERT INTO interaction (public_id, trunk, channel, provider_ref, to_norm, started_at,"
        " flow, flow_version, locale, outcome, note, path, is_test) VALUES ('c1', 'main', 'sip',"
        " 'r1', '+90850', '2026-11-22 10:00:00', 'bank', 'h', 'tr', 'open', '', '[]', false)"
    )
    upgrading._look(address, lambda it: it.execute(contact))
    assert upgrade(url) == "0005"
    assert _tables(url) >= CUSTOMERS
    migrate(address, command.check)
    known = text("SELECT public_id, tenant_id, medium, direction FROM interaction")
    assert upgrading._look(address, lambda it: tuple(it.execute(known).one())) == (
        *("c1", 1, "voice", "inbound"),
    )
    downgrade(url, "0005")
    assert not CUSTOMERS & _tables(url)
    names = text("SELECT public_id FROM interaction")
    assert upgrading._look(address, lambda it: it.scalars(names).all()) == ["c1"]
    upgrade(url)
