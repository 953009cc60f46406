"""Surveys: their wording and plans, who was asked, what was answered; alarms about scores."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.store.types import BIG_KEY, JSON_VALUE, UTC

revision = "0013"
down_revision = "0012"

OPEN = sa.text("state IN ('sent', 'delivered', 'started')")
WAITS = sa.text("state = 'scheduled'")


def upgrade() -> None:
    """Apply."""
    _metric_baseline()
    _survey_plan()
    _survey_version()
    _metric_alarm()
    _survey_invitation()
    _survey_rate()
    _survey_response()
    _survey_answer()


def downgrade() -> None:
    """Undo: all of it is lost."""
    for table in (
        "survey_answer",
        "survey_response",
        "survey_rate",
        "survey_invitation",
        "metric_alarm",
        "survey_version",
        "survey_plan",
        "metric_baseline",
    ):
        op.drop_table(table)


def _metric_baseline() -> None:
    op.create_table(
        "metric_baseline",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("plan", sa.String(length=130), nullable=False),
        sa.Column("metric", sa.String(length=24), nullable=False),
        sa.Column("dims", sa.String(length=160), nullable=False),
        sa.Column("unit", sa.String(length=24), nullable=False),
        sa.Column("season", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("frozen_at", UTC(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_metric_baseline"),
        sa.UniqueConstraint(
            "tenant_id",
            "plan",
            "metric",
            "dims",
            "unit",
            "season",
            name="uq_metric_baseline_tenant_id_plan_metric_dims_unit_season",
        ),
    )


def _survey_plan() -> None:
    op.create_table(
        "survey_plan",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("definition", JSON_VALUE, nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column(
            "active",
            sa.Boolean(create_constraint=True, name="bool_active"),
            server_default=sa.text("true"),
            nullable=False,
        ),
        sa.Column(
            "anonymous",
            sa.Boolean(create_constraint=True, name="bool_anonymous"),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("valid_from", UTC(), nullable=False),
        sa.Column("valid_to", UTC(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_survey_plan"),
        sa.UniqueConstraint("public_id", name="uq_survey_plan_public_id"),
        sa.UniqueConstraint(
            "tenant_id",
            "code",
            "name",
            "valid_from",
            name="uq_survey_plan_tenant_id_code_name_valid_from",
        ),
    )


def _survey_version() -> None:
    op.create_table(
        "survey_version",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("syntax_version", sa.Integer(), nullable=False),
        sa.Column("definition", JSON_VALUE, nullable=False),
        sa.Column("published_at", UTC(), nullable=False),
        sa.Column("continues", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_survey_version"),
        sa.UniqueConstraint(
            "tenant_id", "code", "hash", name="uq_survey_version_tenant_id_code_hash"
        ),
    )


def _metric_alarm() -> None:
    op.create_table(
        "metric_alarm",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("plan", sa.String(length=130), nullable=False),
        sa.Column("metric", sa.String(length=24), nullable=False),
        sa.Column("dims", sa.String(length=160), nullable=False),
        sa.Column("unit", sa.String(length=24), nullable=False),
        sa.Column("rule", sa.String(length=24), nullable=False),
        sa.Column("window", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("p", sa.Float(), nullable=False),
        sa.Column("baseline_id", BIG_KEY, nullable=False),
        sa.Column("ticket_id", BIG_KEY, nullable=True),
        sa.Column("dedupe_key", sa.String(length=420), nullable=False),
        sa.Column("raised_at", UTC(), nullable=False),
        sa.Column("closed_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(
            ["baseline_id"],
            ["metric_baseline.id"],
            name="fk_metric_alarm_baseline_id_metric_baseline",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_metric_alarm"),
        sa.UniqueConstraint("public_id", name="uq_metric_alarm_public_id"),
        sa.UniqueConstraint("tenant_id", "dedupe_key", name="uq_metric_alarm_tenant_id_dedupe_key"),
    )
    op.create_index("ix_metric_alarm_raised_at", "metric_alarm", ["raised_at"])


def _survey_invitation() -> None:
    op.create_table(
        "survey_invitation",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("plan_id", BIG_KEY, nullable=False),
        sa.Column("version_id", BIG_KEY, nullable=False),
        sa.Column("customer_id", BIG_KEY, nullable=True),
        sa.Column("contact_point_id", BIG_KEY, nullable=True),
        sa.Column("value_norm", sa.String(length=254), nullable=True),
        sa.Column("interaction_id", BIG_KEY, nullable=True),
        sa.Column("ticket_id", BIG_KEY, nullable=True),
        sa.Column("wave", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=128), nullable=False),
        sa.Column("medium", sa.String(length=24), nullable=False),
        sa.Column("locale", sa.String(length=24), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("created_at", UTC(), nullable=False),
        sa.Column("due_at", UTC(), nullable=True),
        sa.Column("sent_at", UTC(), nullable=True),
        sa.Column("reached_at", UTC(), nullable=True),
        sa.Column("started_at", UTC(), nullable=True),
        sa.Column("ended_at", UTC(), nullable=True),
        sa.Column("expires_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["survey_plan.id"], name="fk_survey_invitation_plan_id_survey_plan"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["survey_version.id"],
            name="fk_survey_invitation_version_id_survey_version",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_survey_invitation"),
        sa.UniqueConstraint(
            "plan_id", "interaction_id", name="uq_survey_invitation_plan_id_interaction_id"
        ),
        sa.UniqueConstraint("plan_id", "ticket_id", name="uq_survey_invitation_plan_id_ticket_id"),
        sa.UniqueConstraint("public_id", name="uq_survey_invitation_public_id"),
        sa.UniqueConstraint("token_hash", name="uq_survey_invitation_token_hash"),
    )
    op.create_index("ix_survey_invitation_created_at", "survey_invitation", ["created_at"])
    op.create_index("ix_survey_invitation_customer", "survey_invitation", ["customer_id"])
    op.create_index("ix_survey_invitation_interaction", "survey_invitation", ["interaction_id"])
    op.create_index(
        "ix_survey_invitation_due",
        "survey_invitation",
        ["due_at"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    op.create_index(
        "uq_survey_invitation_open",
        "survey_invitation",
        ["tenant_id", "value_norm"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _survey_rate() -> None:
    op.create_table(
        "survey_rate",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("plan_id", BIG_KEY, nullable=False),
        sa.Column("stratum", sa.String(length=160), nullable=False),
        sa.Column("valid_from", UTC(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["survey_plan.id"], name="fk_survey_rate_plan_id_survey_plan"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_survey_rate"),
        sa.UniqueConstraint(
            "plan_id", "stratum", "valid_from", name="uq_survey_rate_plan_id_stratum_valid_from"
        ),
    )


def _survey_response() -> None:
    op.create_table(
        "survey_response",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("tenant_id", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("invitation_id", BIG_KEY, nullable=True),
        sa.Column("plan_id", BIG_KEY, nullable=True),
        sa.Column("version_id", BIG_KEY, nullable=False),
        sa.Column("interaction_id", BIG_KEY, nullable=True),
        sa.Column("evaluator", sa.String(length=64), nullable=True),
        sa.Column("respondent", sa.String(length=24), nullable=False),
        sa.Column("medium", sa.String(length=24), nullable=False),
        sa.Column("locale", sa.String(length=24), nullable=False),
        sa.Column("completion", sa.String(length=24), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("score_kind", sa.String(length=24), nullable=False),
        sa.Column("started_at", UTC(), nullable=False),
        sa.Column("finished_at", UTC(), nullable=True),
        sa.Column("anonymized_at", UTC(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["survey_invitation.id"],
            name="fk_survey_response_invitation_id_survey_invitation",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["survey_plan.id"], name="fk_survey_response_plan_id_survey_plan"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["survey_version.id"],
            name="fk_survey_response_version_id_survey_version",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_survey_response"),
        sa.UniqueConstraint(
            "interaction_id", "evaluator", name="uq_survey_response_interaction_id_evaluator"
        ),
        sa.UniqueConstraint("invitation_id", name="uq_survey_response_invitation_id"),
        sa.UniqueConstraint("public_id", name="uq_survey_response_public_id"),
    )
    op.create_index("ix_survey_response_started_at", "survey_response", ["started_at"])


def _survey_answer() -> None:
    op.create_table(
        "survey_answer",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("response_id", BIG_KEY, nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("score_kind", sa.String(length=24), nullable=False),
        sa.Column("value_num", sa.Integer(), nullable=True),
        sa.Column("value_text", sa.Text(), nullable=True),
        sa.Column("recording", sa.String(length=200), nullable=True),
        sa.Column("input_raw", sa.Text(), nullable=True),
        sa.Column("latency_ms", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_response.id"],
            name="fk_survey_answer_response_id_survey_response",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_survey_answer"),
        sa.UniqueConstraint(
            "response_id", "question", name="uq_survey_answer_response_id_question"
        ),
    )
