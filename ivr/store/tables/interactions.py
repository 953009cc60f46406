"""Contacts as people read them: one row each and its segments; the journal holds the notes.

Outcome is free text because the configuration may add names, and `open` until the end. The sums in
milliseconds are those of the segments. Customers are no foreign key here: SQLite could add one only
by copying the largest table, and no customer row is ever removed.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ivr.store.tables.columns import flag, moment, plain, tenant, whole, word
from ivr.store.tables.metadata import METADATA
from ivr.store.types import BIG_KEY, JSON_VALUE, UTC

interaction = Table(
    "interaction",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column("public_id", String(64), nullable=False),
    Column("trunk", String(64), nullable=False),
    Column("channel", String(24), nullable=False),
    Column("provider_ref", Text, nullable=False),
    Column("from_raw", Text, nullable=True),
    Column("to_norm", Text, nullable=False),
    Column("started_at", UTC, nullable=False),
    Column("ended_at", UTC, nullable=True),
    Column("flow", Text, nullable=False),
    Column("flow_version", String(64), nullable=False),
    Column("locale", String(24), nullable=False),
    Column("outcome", String(64), nullable=False),
    Column("result", String(24), nullable=True),
    Column("cause", String(64), nullable=True),
    Column("ended_by", String(24), nullable=True),
    Column("note", Text, nullable=False),
    Column("path", JSON_VALUE, nullable=False),
    Column("is_test", Boolean(create_constraint=True, name="bool_is_test"), nullable=False),
    tenant(),
    Column("medium", String(24), nullable=False, server_default=text("'voice'")),
    Column("direction", String(24), nullable=False, server_default=text("'inbound'")),
    word("from_norm", 254, missing=True),
    word("ani_trust", missing=True),
    moment("answered_at", missing=True),
    Column("customer_id", BIG_KEY, nullable=True),
    Column("contact_point_id", BIG_KEY, nullable=True),
    word("match_how", missing=True),
    whole("match_score", missing=True),
    word("last_queue", 64, missing=True),
    word("last_agent", 64, missing=True),
    word("category", 128, missing=True),
    word("wrapup_code", 64, missing=True),
    Column("parent_id", BIG_KEY, nullable=True),
    Column("repeat_of_id", BIG_KEY, nullable=True),
    whole("ivr_ms", missing=True),
    whole("wait_ms", missing=True),
    whole("talk_ms", missing=True),
    whole("hold_ms", missing=True),
    whole("wrapup_ms", missing=True),
    Column("resolved_first", Boolean(create_constraint=False), nullable=True),
    whole("cost_minor", missing=True),
    plain("attrs", missing=True),
    moment("anonymized_at", missing=True),
    UniqueConstraint("public_id"),
)
Index("ix_interaction_started_at", interaction.c.started_at)
Index("ix_interaction_ended_at", interaction.c.ended_at)
Index("ix_interaction_number", interaction.c.from_raw, interaction.c.started_at)
Index(
    "ix_interaction_from_norm",
    interaction.c.tenant_id,
    interaction.c.from_norm,
    interaction.c.started_at,
)
Index("ix_interaction_customer", interaction.c.customer_id, interaction.c.started_at)
Index("ix_interaction_last_queue", interaction.c.last_queue, interaction.c.started_at)
Index("ix_interaction_last_agent", interaction.c.last_agent, interaction.c.started_at)
Index(
    "ix_interaction_open",
    interaction.c.started_at,
    sqlite_where=interaction.c.ended_at.is_(None),
    postgresql_where=interaction.c.ended_at.is_(None),
)
_IS_TEST = interaction.c.is_test.is_(True)
Index("ix_interaction_test", interaction.c.id, sqlite_where=_IS_TEST, postgresql_where=_IS_TEST)

_OF_INTERACTION = "interaction.id"

interaction_segment = Table(
    "interaction_segment",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    Column(
        "interaction_id", BIG_KEY, ForeignKey(_OF_INTERACTION, ondelete="CASCADE"), nullable=False
    ),
    Column("seq", Integer, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("started_at", UTC, nullable=False),
    Column("ended_at", UTC, nullable=False),
    Column("detail", Text, nullable=False),
    word("party", missing=True),
    whole("leg_id", missing=True),
    word("queue", 64, missing=True),
    word("agent", 64, missing=True),
    word("node", 128, missing=True),
    word("result", missing=True),
    UniqueConstraint("interaction_id", "seq"),
)
Index("ix_interaction_segment_agent", interaction_segment.c.agent, interaction_segment.c.started_at)
_IS_WAIT = interaction_segment.c.kind == "queue"
# Whatever reports ask of waits, so that they need not look up each row.
Index(
    "ix_interaction_segment_wait",
    *(interaction_segment.c[name] for name in ("started_at", "queue", "result", "ended_at")),
    interaction_segment.c.interaction_id,
    sqlite_where=_IS_WAIT,
    postgresql_where=_IS_WAIT,
)


# kind: voicemail survey_comment call. state: pending ready failed gone; source: where its sound is,
# "" once it is there no more. next_at: when its sound is fetched, or its source told to forget it.
# turn: of the message, unique in a call. counted_ms: as the channel says; duration_ms, size_bytes,
# sha256: of the WAV file that `uri` opens to with its key. words: if they are known. queue: that
# which has it recorded, "" = none.
recording = Table(
    "recording",
    METADATA,
    Column("id", BIG_KEY, primary_key=True),
    tenant(),
    word("public_id", 26),
    Column("interaction_id", BIG_KEY, nullable=True),
    whole("turn"),
    word("kind"),
    word("box", 64),
    word("state"),
    Column("source", Text, nullable=False),
    Column("words", Text, nullable=False),
    word("locale"),
    word("survey", 64),
    word("question", 64),
    whole("counted_ms"),
    moment("at"),
    moment("ready_at", missing=True),
    moment("next_at", missing=True),
    whole("tries", default=0),
    Column("reason", Text, nullable=False),
    word("uri", 200, missing=True),
    whole("size_bytes", missing=True),
    word("sha256", 64, missing=True),
    whole("duration_ms", missing=True),
    Column("sealed_key", LargeBinary, nullable=True),
    flag("partial"),
    moment("purged_at", missing=True),
    Column("queue", String(64), nullable=False, server_default=text("''")),
    UniqueConstraint("public_id"),
    UniqueConstraint("interaction_id", "turn"),
)
Index("ix_recording_at", recording.c.at)
_DUE = recording.c.next_at.isnot(None)
Index("ix_recording_due", recording.c.next_at, sqlite_where=_DUE, postgresql_where=_DUE)
