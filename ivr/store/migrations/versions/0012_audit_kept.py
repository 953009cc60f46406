"""Rows of the audit log can no longer be changed, nor deleted before three years are over.

The database refuses it, whoever asks: SQLite by triggers, PostgreSQL by a function that a trigger
calls. A later migration that builds the table anew (batch mode on SQLite) has to make them again.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"

YEARS = 3


def upgrade() -> None:
    """Apply."""
    if op.get_bind().dialect.name == "sqlite":
        _to_sqlite()
    else:
        _to_postgres()


def downgrade() -> None:
    """Undo."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_log_unchanged")
        op.execute("DROP TRIGGER audit_log_kept")
    else:
        op.execute("DROP TRIGGER audit_log_kept ON audit_log")
        op.execute("DROP FUNCTION audit_log_kept")


def _to_sqlite() -> None:
    op.execute(
        "CREATE TRIGGER audit_log_unchanged BEFORE UPDATE ON audit_log "
        "BEGIN SELECT RAISE(ABORT, 'rows of the audit log are not changed'); END"
    )
    op.execute(
        "CREATE TRIGGER audit_log_kept BEFORE DELETE ON audit_log "
        f"WHEN old.at > datetime('now', '-{YEARS} years') "
        "BEGIN SELECT RAISE(ABORT, 'rows of the audit log are kept'); END"
    )


def _to_postgres() -> None:
    op.execute(
        "CREATE FUNCTION audit_log_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND old.at < now() - interval '{YEARS} years' THEN "
        "RETURN old; END IF; "
        "RAISE EXCEPTION 'rows of the audit log are kept as they are'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_log_kept BEFORE UPDATE OR DELETE ON audit_log "
        "FOR EACH ROW EXECUTE FUNCTION audit_log_kept()"
    )
