"""What every journal promises."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from ivr.domain.call import CALLER, CallId, LegId
from ivr.domain.errors import LeaseLostError, StoreError
from ivr.runtime.ports import AlreadyOpenError, Effect

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.runtime.ports import CallClosing, Entry, Store
    from ivr.runtime.replies import Reply

C1 = CallId("c1")


async def _nothing_changed(store: Store, seq: int) -> None:
    saved = await store.journal.load(C1)
    assert saved is not None
    assert [number for number, _event in saved.events] == list(range(1, seq + 1))


async def test_a_call_is_loaded_as_it_was_stored(store: Store, step: Callable[..., Entry]) -> None:
    await store.journal.append(step(1))
    await store.journal.append(step(2))
    saved = await store.journal.load(C1)
    assert saved is not None
    assert (saved.trunk, saved.channel, saved.provider_ref) == ("main", "twilio", "CA-c1")
    assert (saved.flow_hash, saved.ended, saved.sealed_key) == (
        "0123456789ab",
        False,
        b"\x00wrapped\xff",
    )
    assert (saved.snapshot_seq, saved.snapshot) == (0, None)
    assert saved.events == ((1, step(1).event), (2, step(2).event))


async def test_an_unknown_call_is_none(store: Store) -> None:
    assert await store.journal.load(C1) is None
    assert await store.journal.reply(C1, CALLER) is None


async def test_only_events_after_the_last_snapshot_come_back(
    store: Store, step: Callable[..., Entry]
) -> None:
    await store.journal.append(step(1))
    await store.journal.append(replace(step(2), snapshot='{"old": 1}'))
    await store.journal.append(replace(step(3), snapshot='{"new":  2}'))
    await store.journal.append(step(4))
    saved = await store.journal.load(C1)
    assert saved is not None
    assert (saved.snapshot_seq, saved.snapshot) == (3, '{"new":  2}')
    assert saved.events == ((4, step(4).event),)


async def test_a_stale_epoch_is_refused_and_leaves_nothing(
    store: Store, step: Callable[..., Entry], reply: Reply
) -> None:
    await store.journal.append(step(1))
    assert await store.calls.claim() == 2
    with pytest.raises(LeaseLostError):
        await store.journal.append(replace(step(2), snapshot="{}", reply=reply))
    await _nothing_changed(store, 1)
    assert await store.journal.reply(C1, CALLER) is None
    await store.journal.append(step(2, epoch=2))


@pytest.mark.parametrize("seq", [1, 2, 4])
async def test_a_wrong_number_is_refused_and_leaves_nothing(
    store: Store, step: Callable[..., Entry], seq: int
) -> None:
    await store.journal.append(step(1))
    await store.journal.append(step(2))
    effect = Effect(f"c1/{seq}/1", "send_text", "{}")
    entry = replace(step(seq), opening=None, effects=(effect,), notes=(("said", "1"),))
    with pytest.raises(LeaseLostError):
        await store.journal.append(entry)
    await _nothing_changed(store, 2)
    assert await store.outbox.due(entry.at) == []
    row = await store.interactions.get(C1)
    assert row is not None
    assert row.notes == ()


async def test_a_call_nobody_opened_is_refused(store: Store, step: Callable[..., Entry]) -> None:
    with pytest.raises(LeaseLostError):
        await store.journal.append(step(2))
    with pytest.raises(LeaseLostError):
        await store.journal.append(replace(step(1), opening=None))
    assert await store.journal.load(C1) is None


async def test_an_opening_must_be_the_first_step(store: Store, step: Callable[..., Entry]) -> None:
    entry = replace(step(2), opening=step(1).opening)
    with pytest.raises(LeaseLostError):
        await store.journal.append(entry)
    assert await store.journal.load(C1) is None
    assert await store.calls.live() == []


async def test_the_same_provider_call_opens_once(store: Store, step: Callable[..., Entry]) -> None:
    await store.journal.append(step(1))
    again = replace(step(1, call="c2"), opening=step(1).opening)
    with pytest.raises(AlreadyOpenError):
        await store.journal.append(again)
    assert await store.journal.load(CallId("c2")) is None
    assert await store.interactions.get(CallId("c2")) is None


async def test_the_same_reference_on_another_trunk_is_another_call(
    store: Store, step: Callable[..., Entry]
) -> None:
    await store.journal.append(step(1))
    first = step(1).opening
    assert first is not None
    await store.journal.append(replace(step(1, call="c2"), opening=replace(first, trunk="second")))
    assert await store.calls.find("second", "CA-c1") == "c2"


async def test_of_two_openings_at_once_one_wins(store: Store, step: Callable[..., Entry]) -> None:
    entries = [replace(step(1, call=f"c{n}"), opening=step(1).opening) for n in range(8)]
    ends = await asyncio.gather(
        *(store.journal.append(entry) for entry in entries), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == ["AlreadyOpenError"] * 7 + ["NoneType"]
    winner = await store.calls.find("main", "CA-c1")
    assert winner == f"c{ends.index(None)}"


async def test_a_call_id_opens_once(store: Store, step: Callable[..., Entry]) -> None:
    await store.journal.append(step(1))
    first = step(1).opening
    assert first is not None
    with pytest.raises(LeaseLostError):
        await store.journal.append(replace(step(1), opening=replace(first, provider_ref="another")))


async def test_a_stale_process_opens_no_call(store: Store, step: Callable[..., Entry]) -> None:
    await store.calls.claim()
    await store.calls.claim()
    with pytest.raises(LeaseLostError):
        await store.journal.append(step(1, epoch=1))
    assert await store.calls.live() == []


async def test_one_bad_step_does_not_harm_the_others_of_its_moment(
    store: Store, step: Callable[..., Entry]
) -> None:
    good = [step(1, call=f"c{n}") for n in range(20)]
    bad = [step(2, call=f"x{n}") for n in range(3)]
    mixed: list[Entry] = [*good[:7], bad[0], *good[7:12], bad[1], *good[12:], bad[2]]
    ends = await asyncio.gather(
        *(store.journal.append(entry) for entry in mixed), return_exceptions=True
    )
    for entry, end in zip(mixed, ends, strict=True):
        assert (end is None) == (entry in good)
    assert sorted(await store.calls.live()) == sorted(entry.call for entry in good)


async def test_steps_of_one_call_handed_over_together_keep_their_order(
    store: Store, step: Callable[..., Entry]
) -> None:
    await asyncio.gather(*(store.journal.append(step(seq)) for seq in range(1, 6)))
    await _nothing_changed(store, 5)


async def test_the_end_destroys_the_key(
    store: Store, step: Callable[..., Entry], closing: CallClosing
) -> None:
    await store.journal.append(step(1))
    await store.journal.append(replace(step(2), closing=closing))
    saved = await store.journal.load(C1)
    assert saved is not None
    assert saved.ended
    assert saved.sealed_key is None


async def test_a_call_ends_once(
    store: Store, step: Callable[..., Entry], closing: CallClosing
) -> None:
    await store.journal.append(step(1))
    await store.journal.append(replace(step(2), closing=closing))
    with pytest.raises(StoreError):
        await store.journal.append(replace(step(3), closing=replace(closing, outcome="failed")))
    await _nothing_changed(store, 2)
    row = await store.interactions.get(C1)
    assert row is not None
    assert row.outcome == "handled"


async def test_a_late_event_after_the_end_is_still_recorded(
    store: Store, step: Callable[..., Entry], closing: CallClosing
) -> None:
    await store.journal.append(step(1))
    await store.journal.append(replace(step(2), closing=closing))
    await store.journal.append(step(3))
    await _nothing_changed(store, 3)


async def test_a_call_may_begin_and_end_in_one_step(
    store: Store, step: Callable[..., Entry], closing: CallClosing
) -> None:
    await store.journal.append(replace(step(1), closing=closing))
    saved = await store.journal.load(C1)
    assert saved is not None
    assert saved.ended
    assert saved.sealed_key is None
    assert await store.calls.live() == []


async def test_only_the_last_reply_of_a_leg_is_kept(
    store: Store, step: Callable[..., Entry], reply: Reply
) -> None:
    await store.journal.append(replace(step(1), reply=reply))
    assert await store.journal.reply(C1, CALLER) == reply
    later = replace(reply, turn=2, part=1, status=204, content_type="text/plain", body=b"")
    await store.journal.append(replace(step(2), reply=later))
    other = replace(reply, leg=LegId(2))
    await store.journal.save_reply(C1, 1, other)
    assert await store.journal.reply(C1, CALLER) == later
    assert await store.journal.reply(C1, LegId(2)) == other
    await store.journal.save_reply(C1, 1, reply)
    assert await store.journal.reply(C1, CALLER) == reply


async def test_a_stale_epoch_saves_no_reply(
    store: Store, step: Callable[..., Entry], reply: Reply
) -> None:
    await store.journal.append(step(1))
    await store.calls.claim()
    with pytest.raises(LeaseLostError):
        await store.journal.save_reply(C1, 1, reply)
    with pytest.raises(LeaseLostError):
        await store.journal.save_reply(CallId("nobody"), 9, reply)
    assert await store.journal.reply(C1, CALLER) is None


async def test_a_time_without_zone_is_refused(store: Store, step: Callable[..., Entry]) -> None:
    naive = datetime.fromisoformat("2026-11-23T12:00:00")
    with pytest.raises(ValueError, match="naive datetime"):
        await store.journal.append(replace(step(1), at=naive))
    assert await store.journal.load(C1) is None


async def test_a_large_step_survives(store: Store, step: Callable[..., Entry]) -> None:
    text = '{"long": "' + "ğ" * 200_000 + '"}'
    await store.journal.append(replace(step(1), event=text, snapshot=text))
    await store.journal.append(replace(step(2), event=text))
    saved = await store.journal.load(C1)
    assert saved is not None
    assert saved.snapshot == text
    assert saved.events == ((2, text),)
