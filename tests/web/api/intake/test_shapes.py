"""Items as they are shown, with what somebody may not read left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ivr.runtime.ports.intake import CLAIMED, ItemRow
from ivr.web.api.intake.shapes import PREVIEW, line_of, whole_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXTS = (
    *("id", "medium", "sender", "sender_norm", "sender_name", "account", "team", "subject"),
    *("content_type", "message_id", "dedupe_key", "raw_uri", "assigned_by", "customer"),
    *("customer_name", "category", "suggested", "ticket", "reason"),
)


def row() -> ItemRow:
    """A web form that Ayşe has claimed."""
    texts: dict[str, Any] = dict.fromkeys(TEXTS, "x")
    return ItemRow(
        **texts,
        received_at=NOON,
        body="a b\n" * 1000,
        refs={"faults": ["it is cut"], "thread": ["a@b"], "left_out": []},
        form={"values": {"n": 1}, "email": "ali@example.com", "phone": "+905321112233"},
        state=CLAIMED,
        claimed_by="ayse",
        claimed_at=NOON,
        claim_expires_at=NOON,
        done_at=None,
    )


def test_a_list_shows_the_beginning_of_the_message() -> None:
    line = line_of(row(), "ayse", names=True)
    assert len(line.preview) <= PREVIEW
    assert line.preview.startswith("a b a b")
    assert (line.mine, line_of(row(), "ali", names=True).mine) == (True, False)


def test_notes_hold_what_was_wrong_and_nothing_empty() -> None:
    assert whole_of(row(), "ayse", names=True).notes == {"faults": ["it is cut"]}


def test_who_may_not_read_names_reads_none() -> None:
    whole = whole_of(row(), "kemal", names=False)
    assert whole.sender is whole.sender_name is whole.customer_name is None
    assert whole.form == {"values": {"n": 1}}
    assert whole.notes == {}
    assert whole.masked == ("sender", "sender_name", "customer_name")
