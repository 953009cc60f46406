"""Events for outside systems."""

from __future__ import annotations

import pytest

from ivr.runtime.streams.feed import Feed, FeedEvent, Listener, no_past, to_frame, wants

EVERYTHING = [FeedEvent(f"ticket.{n}", {"n": n}, id=f"e{n}") for n in range(1, 4)]


async def past(after: str) -> list[FeedEvent] | None:
    known = [event.id for event in EVERYTHING]
    return EVERYTHING[known.index(after) + 1 :] if after in known else None


@pytest.mark.parametrize(
    ("patterns", "kind", "wanted"),
    [
        (("call.*",), "call.queued", True),
        (("call.queued",), "call.queued", True),
        (("*",), "pop.opened", True),
        (("call.*",), "callback.made", False),
        (("call.queued",), "call.ended", False),
        ((), "call.ended", False),
    ],
)
def test_types_are_asked_for_by_name_by_family_or_all(
    patterns: tuple[str, ...], kind: str, wanted: bool
) -> None:
    assert wants(patterns, kind) is wanted


async def test_each_listener_gets_what_it_asked_for_and_its_key_opens() -> None:
    feed = Feed()
    calls = Listener(("call.*",), lambda _kind: True)
    nothing = Listener(("*",), lambda kind: kind.startswith("ticket."))
    await feed.listen(calls)
    await feed.listen(nothing)
    feed.publish(FeedEvent("call.ended", {"call": "c1"}))
    feed.publish(FeedEvent("pop.opened", {}))
    assert await calls.frames.next() == 'event: call.ended\ndata: {"call":"c1"}\n\n'
    assert (calls.frames.waiting, nothing.frames.waiting) == (0, 0)
    feed.leave(calls)
    feed.leave(calls)
    feed.publish(FeedEvent("call.ended", {}))
    assert calls.frames.waiting == 0


async def test_who_comes_back_gets_what_it_missed_or_a_reset() -> None:
    feed = Feed(past)
    back = Listener(("*",), lambda kind: kind != "ticket.2")
    missed = await feed.listen(back, "e1")
    assert [frame.text for frame in missed] == ['id: e3\nevent: ticket.3\ndata: {"n":3}\n\n']
    assert await feed.listen(Listener(("*",), lambda _kind: True), "") == ()
    reset = await feed.listen(Listener(("*",), lambda _kind: True), "unknown")
    assert [frame.text for frame in reset] == ["event: reset\ndata: {}\n\n"]
    assert await no_past("e1") is None


async def test_a_line_end_in_the_data_cannot_forge_an_event() -> None:
    frame = to_frame(FeedEvent("call.ended", {"note": "a\n\nevent: forged\r\ndata: {}"}))
    assert frame.text.count("\n") == 3
    assert "\r" not in frame.text


async def test_the_end_of_the_server_ends_every_listener() -> None:
    feed, one = Feed(), Listener(("*",), lambda _kind: True)
    await feed.listen(one)
    feed.close()
    assert await one.frames.next() is None
    assert one.frames.code == 1012


async def test_it_is_known_whether_anybody_wants_a_type() -> None:
    feed = Feed()
    assert not feed.wanted("call.ended")
    await feed.listen(Listener(("call.*",), lambda kind: kind != "call.held"))
    assert feed.wanted("call.ended")
    assert not feed.wanted("call.held")
    assert not feed.wanted("pop.opened")


async def test_each_listener_gets_an_event_as_it_may_see_it() -> None:
    feed = Feed()
    plain, short = Listener(("*",), lambda _kind: True), Listener(("*",), lambda _kind: True)
    short.show = lambda event: FeedEvent(event.kind, {})
    for one in (plain, short):
        await feed.listen(one)
    feed.publish(FeedEvent("call.ended", {"from": "x"}))
    texts = [await one.frames.next() for one in (plain, short)]
    assert texts == [
        'event: call.ended\ndata: {"from":"x"}\n\n',
        "event: call.ended\ndata: {}\n\n",
    ]
