"""One call and its dialogs."""

from __future__ import annotations

from tests.channels.sip.wire.ends import End


def test_while_several_ring_the_tag_says_which_dialog_is_meant() -> None:
    end = End()
    invite = end.calling()
    end.replies(invite, 180, tag="one")
    end.replies(invite, 180, tag="two")
    call = end.core._board.calls["out"]
    first, second = call.dialog_with("one"), call.dialog_with("two")
    assert first is not None
    assert second is not None
    assert (first.remote_tag, second.remote_tag) == ("one", "two")
    assert call.dialog_with("three") is None
    end.replies(invite, 200, tag="two")
    assert call.dialog is not None
    assert call.dialog_with("one") is call.dialog
