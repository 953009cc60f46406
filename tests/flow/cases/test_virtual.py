"""The virtual call: its clock, what it writes, and that it always ends."""

from __future__ import annotations

from ivr.flow.cases.channel import LineChannel
from ivr.flow.cases.virtual import VirtualCall
from tests.flow.cases.scene import call, case_file, stage


def begun(given: str = "{}", more: str = "") -> VirtualCall:
    """A call that has just come in."""
    lived = VirtualCall(stage(), case_file(call(given=given, more=more)).cases[0], LineChannel())
    lived.begin()
    return lived


def test_a_call_rests_when_the_caller_may_answer() -> None:
    lived = begun()
    assert not lived.rests
    lived.run_until(lambda: lived.rests)
    assert (lived.now_ms, lived.is_listening, lived.is_live) == (3572, True, True)


def test_time_passes_up_to_but_not_including_a_moment() -> None:
    lived = begun()
    lived.pass_to(8572)
    assert (lived.now_ms, lived.listens) == (8572, 0)
    lived.pass_to(8573)
    assert lived.listens == 1


def test_a_key_in_the_millisecond_of_a_timer_wins() -> None:
    lived = begun()
    lived.pass_to(8572)
    lived.press("3")
    assert lived.record.exits[1:] == ["shop.hello.menu.3"]


def test_a_silent_caller_comes_to_the_end() -> None:
    lived = begun()
    lived.run_until(lambda: False)
    assert lived.is_over
    assert [str(one.outcome) for one in lived.record.closings] == ["overflowed"]
    assert lived.events < 60


def test_everything_written_is_there_and_no_secret_in_it() -> None:
    lived = begun()
    lived.run_until(lambda: lived.rests)
    lived.press("2")
    lived.run_until(lambda: lived.rests)
    for key in "482913":
        lived.press(key)
    texts = lived.written()
    assert any("+905321112233" in text for text in texts)
    assert not any("482913" in text for text in texts)
    assert any('"$":"State"' in text for text in texts)
    assert lived.secret_turns


def test_facts_are_given_to_the_flow() -> None:
    lived = begun("{hours: {door: closed}}")
    assert [one.prompt.name for one in lived.record.heard] == ["welcome"]
    lived.run_until(lambda: False)
    assert lived.record.exits[0] == "shop.hello.when.1"
