"""People, agents, the record of routing, screen pops, and what people did."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ivr.store.types import UTC

revision = "0003"
down_revision = "0002"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
WHILE_LIVE: dict[str, Any] = {
    "sqlite_where": sa.text("live = 1"),
    "postgresql_where": sa.text("live"),
}
_IS_ACCEPTED = sa.text("state = 'accepted'")
ACCEPTED: dict[str, Any] = {"sqlite_where": _IS_ACCEPTED, "postgresql_where": _IS_ACCEPTED}


def upgrade() -> None:
    """Apply."""
    _people()
    _record()
    _standing()
    _desk()


def downgrade() -> None:
    """Undo: every table goes, children first; people, their doings and the routing are lost."""
    for table in (
        "audit_log",
        "pop",
        "callback",
        "agent_state",
        "offer",
        "ring_group",
        "waiting",
        "acd_decision",
        "acd_event",
        "acd_shard",
        "agent",
        "login_failure",
        "one_use_link",
        "person_session",
        "person",
    ):
        op.drop_table(table)


def _live() -> sa.Boolean:
    return sa.Boolean(create_constraint=True, name="bool_live")


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("roles", JSON_VALUE, nullable=False),
        sa.Column("teams", JSON_VALUE, nullable=False),
        sa.Column("language", sa.String(length=24), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("totp", sa.Text(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column(
            "disabled", sa.Boolean(create_constraint=True, name="bool_disabled"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("name", name=op.f("uq_person_name")),
    )
    op.create_table(
        "person_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("seen_at", UTC(), nullable=False),
        sa.Column("ends_at", UTC(), nullable=False),
        sa.Column("fresh_at", UTC(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"],
            ["person.name"],
            name=op.f("fk_person_session_person_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_session")),
        sa.UniqueConstraint("digest", name=op.f("uq_person_session_digest")),
    )
    op.create_index("ix_person_session_ends_at", "person_session", ["ends_at"])
    op.create_index("ix_person_session_person", "person_session", ["person"])
    op.create_table(
        "one_use_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("ends_at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_use_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_one_use_link_digest")),
    )
    op.create_table(
        "login_failure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
        sa.UniqueConstraint("key", name=op.f("uq_login_failure_key")),
    )
    op.create_index("ix_login_failure_at", "login_failure", ["at"])
    op.create_table(
        "agent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("teams", JSON_VALUE, nullable=False),
        sa.Column("skills", JSON_VALUE, nullable=False),
        sa.Column("certificates", JSON_VALUE, nullable=False),
        sa.Column("endpoints", JSON_VALUE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent")),
        sa.UniqueConstraint("name", name=op.f("uq_agent_name")),
        sa.UniqueConstraint("number", name=op.f("uq_agent_number")),
    )


def _record() -> None:
    op.create_table(
        "acd_shard",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=128), nullable=False),
        sa.Column("epoch", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("seq", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", UTC(), nullable=True),
        sa.Column("config_hash", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acd_shard")),
    )
    op.create_table(
        "acd_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shard", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shard"], ["acd_shard.id"], name=op.f("fk_acd_event_shard_acd_shard")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acd_event")),
        sa.UniqueConstraint("shard", "seq", name=op.f("uq_acd_event_shard_seq")),
    )
    op.create_table(
        "acd_decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shard", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("call", sa.String(length=128), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shard"], ["acd_shard.id"], name=op.f("fk_acd_decision_shard_acd_shard")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acd_decision")),
    )
    op.create_index("ix_acd_decision_call", "acd_decision", ["call"])


def _standing() -> None:
    op.create_table(
        "waiting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.String(length=64), nullable=False),
        sa.Column("live", _live(), nullable=False),
        sa.Column("call", sa.String(length=128), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shard"], ["acd_shard.id"], name=op.f("fk_waiting_shard_acd_shard")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
        sa.UniqueConstraint("shard", "key", name=op.f("uq_waiting_shard_key")),
    )
    op.create_index("ix_waiting_live", "waiting", ["shard"], **WHILE_LIVE)
    op.create_table(
        "ring_group",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.String(length=64), nullable=False),
        sa.Column("live", _live(), nullable=False),
        sa.Column("call", sa.String(length=128), nullable=False),
        sa.Column("winner", sa.String(length=128), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shard"], ["acd_shard.id"], name=op.f("fk_ring_group_shard_acd_shard")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_group")),
        sa.UniqueConstraint("shard", "key", name=op.f("uq_ring_group_shard_key")),
    )
    op.create_index("ix_ring_group_live", "ring_group", ["shard"], **WHILE_LIVE)
    op.create_index("uq_ring_group_live_call", "ring_group", ["call"], unique=True, **WHILE_LIVE)
    op.create_table(
        "offer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.String(length=64), nullable=False),
        sa.Column("live", _live(), nullable=False),
        sa.Column("ring_group", sa.String(length=128), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=True),
        sa.Column("call", sa.String(length=128), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shard"], ["acd_shard.id"], name=op.f("fk_offer_shard_acd_shard")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("shard", "key", name=op.f("uq_offer_shard_key")),
    )
    op.create_index("ix_offer_live", "offer", ["shard"], **WHILE_LIVE)
    op.create_index("ix_offer_call", "offer", ["call"])
    op.create_index("uq_offer_accepted", "offer", ["shard", "ring_group"], unique=True, **ACCEPTED)
    op.create_index(
        "uq_offer_live_agent_slot", "offer", ["agent", "slot"], unique=True, **WHILE_LIVE
    )
    op.create_index("uq_offer_live_endpoint", "offer", ["endpoint"], unique=True, **WHILE_LIVE)
    op.create_table(
        "agent_state",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shard"], ["acd_shard.id"], name=op.f("fk_agent_state_shard_acd_shard")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_state")),
        sa.UniqueConstraint("shard", "key", name=op.f("uq_agent_state_shard_key")),
    )
    op.create_table(
        "callback",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("shard", sa.String(length=64), nullable=False),
        sa.Column("live", _live(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=24), nullable=True),
        sa.Column("identity", sa.String(length=128), nullable=True),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shard"], ["acd_shard.id"], name=op.f("fk_callback_shard_acd_shard")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
        sa.UniqueConstraint("shard", "key", name=op.f("uq_callback_shard_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_callback_token_hash")),
    )
    op.create_index(
        "uq_callback_live_identity_queue",
        "callback",
        ["identity", "queue"],
        unique=True,
        **WHILE_LIVE,
    )


def _desk() -> None:
    op.create_table(
        "pop",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("pop", sa.String(length=128), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("expires_at", UTC(), nullable=False),
        sa.Column("received_at", UTC(), nullable=True),
        sa.Column("rendered_at", UTC(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pop")),
        sa.UniqueConstraint("agent", "seq", name=op.f("uq_pop_agent_seq")),
    )
    op.create_index("ix_pop_pop_rev", "pop", ["pop", "rev"])
    op.create_table(
        "audit_log",
        sa.Column("seq", KEY, autoincrement=False, nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_log")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_log_previous")),
    )
    op.create_index("ix_audit_log_at", "audit_log", ["at"])
