"""Prompts and music in a row, frame by frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.errors import MediaError
from ivr.media.items import Clip, Item, Music, Pause, Tone
from ivr.media.leg.chain import Chain
from tests.fakes.lanes import Shelf

SHELF = Shelf()


def chain(*items: Item, loop: bool = False) -> Chain:
    return Chain(1, items, SHELF, "pcma", loop=loop)


def clip(frames: int, octet: int, *, barge_in: bool = True) -> Clip:
    return Clip(f"c/{frames}/{octet}", frames, barge_in)


def drawn(of: Chain, most: int = 1000) -> list[int]:
    """The first octet of each frame until the end."""
    found = []
    for _ in range(most):
        frame = of.frame()
        if frame is None:
            break
        assert len(frame) == 160
        found.append(frame[0])
    return found


def test_items_follow_each_other_without_a_gap() -> None:
    assert drawn(chain(clip(2, 1), Pause(30), clip(1, 3))) == [1, 1, 0xD5, 0xD5, 3]


def test_it_ends_once_and_stays_ended() -> None:
    one = chain(clip(1, 1))
    assert drawn(one) == [1]
    assert one.frame() is None
    assert one.played_ms == 20


def test_nothing_to_play_is_over_at_once() -> None:
    assert drawn(chain()) == []
    assert drawn(chain(loop=True)) == []
    assert drawn(chain(Pause(0), Pause(0), loop=True), 5) == []


def test_a_loop_begins_again() -> None:
    assert drawn(chain(clip(1, 1), clip(1, 2), loop=True), 5) == [1, 2, 1, 2, 1]


def test_a_tone_lasts_as_long_as_was_asked() -> None:
    assert len(drawn(chain(Tone("beep")))) == 10
    assert len(drawn(chain(Tone("ringback", "TR", ms=7000)))) == 350
    assert len(drawn(chain(Tone("ringback")), 5000)) == 5000


def test_a_missing_clip_is_told_before_anything_is_played() -> None:
    shelf = Shelf()
    shelf.missing.add("c/1/2")
    with pytest.raises(MediaError, match="not there"):
        Chain(1, (clip(1, 1), clip(1, 2)), shelf, "pcma")


def test_a_key_leaves_only_what_must_be_heard() -> None:
    one = chain(clip(2, 1), clip(2, 2, barge_in=False), clip(2, 3), clip(1, 4, barge_in=False))
    one.frame()
    one.cut()
    assert drawn(one) == [2, 2, 4]
    assert one.played_ms == 80


def test_what_must_be_heard_is_not_cut_while_it_sounds() -> None:
    one = chain(clip(3, 2, barge_in=False))
    one.frame()
    one.cut()
    assert drawn(one) == [2, 2]


def test_a_cut_with_nothing_left_ends_the_chain() -> None:
    one = chain(clip(3, 1))
    one.cut()
    assert drawn(one) == []


def test_it_goes_on_at_the_same_place_in_another_codec() -> None:
    one = chain(clip(2, 2), Pause(60), clip(2, 4))
    for _ in range(3):
        one.frame()
    one.recode(SHELF, "pcmu")
    assert drawn(one) == [0xFF, 0xFF, 5, 5]
    assert one.played_ms == 140


def test_music_goes_on_for_ever_and_what_stands_behind_it_is_never_heard() -> None:
    music = Music(("m/1/1", "m/2/2"))
    assert drawn(chain(clip(1, 9), music, clip(1, 8)), 8) == [9, 1, 2, 2, 1, 2, 2, 1]


def test_missing_music_is_quiet_tones_and_not_silence() -> None:
    shelf = Shelf()
    shelf.missing.add("m/1/1")
    for music in (Music(), Music(("m/1/1",))):
        one = Chain(1, (music,), shelf, "pcma")
        heard = b"".join(one.frame() or b"" for _ in range(200))
        assert len(set(heard)) > 10


def test_music_begins_where_the_caller_left_it() -> None:
    music = Music(("m/2/1", "m/3/2"))
    one = chain(music)
    drawn(one, 4)
    place = one.music_place()
    assert place == (1, 2)
    again = chain(clip(1, 9), music)
    again.begin_music_at(place)
    assert drawn(again, 4) == [9, 2, 1, 1]
    assert again.played_ms == 80


def test_before_its_music_began_the_place_is_the_one_it_would_begin_at() -> None:
    one = chain(clip(5, 9), Music(("m/2/1",)))
    one.frame()
    assert one.music_place() == (0, 0)
    one.begin_music_at((0, 1))
    assert one.music_place() == (0, 1)


def test_all_radios_are_at_the_same_place() -> None:
    radio = Music(("m/2/1", "m/3/2"), radio=True)
    first, second = chain(radio), chain(radio)
    first.tune(0)
    drawn(first, 103)
    second.tune(103)
    assert drawn(first, 7) == drawn(second, 7)
    plain = chain(clip(2, 1))
    plain.tune(1)
    assert drawn(plain) == [1, 1]


ITEMS = st.lists(
    st.one_of(
        st.builds(clip, st.integers(1, 6), st.integers(0, 200), barge_in=st.booleans()),
        st.builds(Pause, st.integers(0, 100), st.booleans()),
    ),
    max_size=5,
)


@given(ITEMS, st.integers(0, 20))
def test_changing_the_codec_and_back_changes_nothing(items: list[Item], at: int) -> None:
    plain, changed = chain(*items), chain(*items)
    assert drawn(plain, at) == drawn(changed, at)
    changed.recode(SHELF, "pcmu")
    changed.recode(SHELF, "pcma")
    assert changed.played_ms == plain.played_ms
    assert drawn(plain) == drawn(changed)
