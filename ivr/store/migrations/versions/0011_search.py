"""Words of tickets, customers and articles, kept so that they are found at once.

The databases keep these indexes right by themselves: SQLite by triggers, PostgreSQL by a column
that it makes from `search_fold`. A later migration that builds one of the three tables anew (batch
mode on SQLite) has to make its triggers again.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = ("ticket", "customer", "kb_article")


def upgrade() -> None:
    """Apply."""
    apply = _to_sqlite if op.get_bind().dialect.name == "sqlite" else _to_postgres
    for table in TABLES:
        apply(table)


def downgrade() -> None:
    """Undo."""
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            for when in ("added", "gone", "changed"):
                op.execute(f"DROP TRIGGER words_of_{table}_{when}")
            op.execute(f"DROP TABLE words_of_{table}")
        else:
            op.execute(f"DROP INDEX ix_{table}_search_words")
            op.execute(f"ALTER TABLE {table} DROP COLUMN search_words")


def _to_sqlite(table: str) -> None:
    """sqlite.org/fts5.html 4.4.3, external content tables; words come folded, so no marks go."""
    index = f"words_of_{table}"
    op.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5(search_fold, content='{table}', "
        "content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
    )
    add = f"INSERT INTO {index} (rowid, search_fold) VALUES (new.id, new.search_fold);"  # noqa: S608 - names of our own
    take = (
        f"INSERT INTO {index} ({index}, rowid, search_fold) "  # noqa: S608 - as above
        "VALUES ('delete', old.id, old.search_fold);"
    )
    on = "old.search_fold IS NOT new.search_fold"
    op.execute(f"CREATE TRIGGER {index}_added AFTER INSERT ON {table} BEGIN {add} END")
    op.execute(f"CREATE TRIGGER {index}_gone AFTER DELETE ON {table} BEGIN {take} END")
    op.execute(
        f"CREATE TRIGGER {index}_changed AFTER UPDATE OF search_fold ON {table} WHEN {on} "
        f"BEGIN {take} {add} END"
    )
    op.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")  # noqa: S608 - as above


def _to_postgres(table: str) -> None:
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN search_words tsvector GENERATED ALWAYS AS "
        "(to_tsvector('simple', coalesce(search_fold, ''))) STORED"
    )
    op.execute(f"CREATE INDEX ix_{table}_search_words ON {table} USING gin (search_words)")
