"""What waits for a reader, and when he is let go."""

from __future__ import annotations

from ivr.runtime.streams.subscription import (
    MOST_BYTES,
    MOST_FRAMES,
    TOO_SLOW,
    Subscription,
    framed,
)


async def test_ordered_frames_come_in_order_and_before_the_newest_of_topics() -> None:
    page = Subscription()
    page.push_newest(("agents", "ayse"), framed("old"))
    page.push(framed("one"))
    page.push(framed("two"))
    page.push_newest(("agents", "ayse"), framed("new"))
    assert [await page.next() for _ in range(3)] == ["one", "two", "new"]
    assert page.waiting == 0


async def test_what_was_missed_comes_before_everything_else() -> None:
    page = Subscription()
    page.push(framed("three"))
    page.put_first([framed("one"), framed("two")])
    assert [await page.next() for _ in range(3)] == ["one", "two", "three"]


async def test_too_many_frames_end_it_and_nothing_more_comes() -> None:
    page = Subscription()
    for number in range(MOST_FRAMES):
        page.push(framed(str(number)))
    assert page.code is None
    page.push(framed("one too many"))
    assert page.code == TOO_SLOW
    assert await page.next() is None
    page.push(framed("later"))
    page.push_newest(("a", ""), framed("later"))
    page.put_first([framed("later")])
    assert page.waiting == 0


async def test_too_many_bytes_end_it_whatever_kind_they_are() -> None:
    page = Subscription()
    page.push_newest(("a", ""), framed("x" * (MOST_BYTES // 2)))
    page.push_newest(("a", ""), framed("x" * (MOST_BYTES // 2)))
    page.push(framed("x" * (MOST_BYTES // 2)))
    assert page.code is None
    page.push(framed("ş"))
    assert page.code == TOO_SLOW


async def test_a_reader_that_takes_frames_makes_room_for_others() -> None:
    page = Subscription()
    for number in range(5 * MOST_FRAMES):
        page.push(framed(str(number)))
        assert await page.next() == str(number)
    assert page.code is None


async def test_the_first_reason_to_end_counts() -> None:
    page = Subscription()
    page.end(4401)
    page.end(1012)
    assert (page.code, await page.next()) == (4401, None)


def test_a_frame_is_measured_in_bytes_of_utf8() -> None:
    assert framed("şğ").size == 4
