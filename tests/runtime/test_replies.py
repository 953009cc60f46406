"""Which request a stored answer belongs to."""

from __future__ import annotations

import pytest

from ivr.domain.call import CALLER, LegId
from ivr.runtime.replies import Reply, ReplyKey

REPLY = Reply(CALLER, 3, 1, 200, "text/xml", b"<Response/>")


@pytest.mark.parametrize(
    ("key", "same"),
    [
        (ReplyKey(CALLER, 3, 1), True),
        (ReplyKey(CALLER, 3, 0), False),
        (ReplyKey(CALLER, 4, 1), False),
        (ReplyKey(LegId(2), 3, 1), False),
    ],
)
def test_only_the_very_same_request_matches(key: ReplyKey, same: bool) -> None:
    assert key.matches(REPLY) is same


def test_no_answer_matches_nothing() -> None:
    assert not ReplyKey(CALLER, 3, 1).matches(None)
