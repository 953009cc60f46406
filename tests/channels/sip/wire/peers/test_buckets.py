"""Token buckets and bans."""

from __future__ import annotations

from ivr.channels.sip.wire.peers.buckets import Bans, Buckets


def test_a_bucket_gives_its_size_then_as_much_as_flows_in() -> None:
    buckets: Buckets[str] = Buckets(3, 2.0, 10)
    assert [buckets.take("a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert buckets.is_empty("a", 0.4)
    assert not buckets.is_empty("a", 0.5)
    assert buckets.take("a", 0.5)
    assert not buckets.take("a", 0.5)
    assert [buckets.take("a", 100.0) for _ in range(4)] == [True, True, True, False]


def test_buckets_do_not_share_and_a_forgotten_one_is_full() -> None:
    buckets: Buckets[str] = Buckets(1, 1.0, 10)
    assert buckets.take("a", 0.0)
    assert buckets.take("b", 0.0)
    assert not buckets.take("a", 0.0)
    buckets.forget("a")
    buckets.forget("nobody")
    assert buckets.take("a", 0.0)


def test_a_clock_that_steps_back_fills_nothing() -> None:
    buckets: Buckets[str] = Buckets(1, 1.0, 10)
    assert buckets.take("a", 10.0)
    assert not buckets.take("a", 0.0)


def test_the_table_is_bounded_and_the_longest_unseen_goes() -> None:
    buckets: Buckets[int] = Buckets(1, 0.0, 3)
    for name in (1, 2, 3, 1, 4):
        buckets.take(name, 0.0)
    assert len(buckets) == 3
    assert not buckets.take(1, 0.0)
    assert buckets.take(2, 0.0)


def test_a_ban_holds_for_its_time() -> None:
    bans: Bans[str] = Bans(300.0, 2)
    assert not bans.holds("a", 0.0)
    bans.add("a", 0.0)
    assert bans.holds("a", 299.9)
    assert not bans.holds("a", 300.0)
    assert len(bans) == 0
    for name in ("a", "b", "c"):
        bans.add(name, 0.0)
    assert len(bans) == 2
    assert not bans.holds("a", 1.0)
