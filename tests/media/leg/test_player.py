"""Prompts in front, loops behind, hold music behind both."""

from __future__ import annotations

import pytest

from ivr.domain.errors import MediaError
from ivr.media.items import Clip, Music, Pause
from ivr.media.leg.pace import Pace
from ivr.media.leg.player import Over, Player
from tests.fakes.lanes import Shelf

MUSIC = Music(("m/3/1", "m/3/2"))
PROMPT = (Clip("p/2/9", 2),)


@pytest.fixture
def player() -> Player:
    return Player(Shelf(), Pace())


def drawn(player: Player, most: int) -> list[int]:
    """The first octet of each frame, going on to what waits behind."""
    found: list[int] = []
    while player.active is not None and len(found) < most:
        frame = player.active.frame()
        if frame is None:
            player.ended()
        else:
            found.append(frame[0])
    return found


def test_a_prompt_ends_and_says_so(player: Player) -> None:
    assert player.play(5, PROMPT) == []
    assert drawn(player, 2) == [9, 9]
    assert player.ended() == [Over(5, "end", 40)]
    assert player.active is None


def test_a_new_prompt_replaces_the_old_one(player: Player) -> None:
    player.play(5, PROMPT)
    drawn(player, 1)
    assert player.play(6, PROMPT) == [Over(5, "replaced", 20)]


def test_a_loop_waits_behind_prompts_and_goes_on(player: Player) -> None:
    player.play(1, (Clip("l/2/1", 2), Clip("l/2/2", 2)), loop=True)
    drawn(player, 3)
    player.play(2, PROMPT)
    assert drawn(player, 6) == [9, 9, 2, 1, 1, 2]


def test_music_that_was_stopped_goes_on_where_it_was(player: Player) -> None:
    player.play(1, (MUSIC,), loop=True)
    drawn(player, 4)
    assert player.stop(1) == [Over(1, "stopped", 80)]
    player.play(2, PROMPT)
    drawn(player, 2)
    player.play(3, (MUSIC,), loop=True)
    assert drawn(player, 3) == [2, 2, 1]


def test_music_begins_from_the_start_if_that_is_wanted(player: Player) -> None:
    player.play(1, (MUSIC,), loop=True)
    drawn(player, 4)
    player.stop(1)
    player.play(2, (MUSIC,), loop=True, resume=False)
    assert drawn(player, 1) == [1]


def test_hold_music_is_heard_when_nothing_else_is(player: Player) -> None:
    player.wait(MUSIC)
    assert drawn(player, 4) == [1, 1, 1, 2]
    player.wait(None)
    assert player.active is None
    player.wait(MUSIC)
    player.wait(MUSIC)
    assert drawn(player, 2) == [2, 2]


def test_a_radio_goes_on_meanwhile(player: Player) -> None:
    pace = Pace()
    player = Player(Shelf(), pace)
    radio = Music(("m/10/1", "m/10/2"), radio=True)
    player.wait(radio)
    pace.clock = 12 * 160
    player.play(1, PROMPT)
    player.stop(1)
    assert drawn(player, 1) == [2]


def test_a_listen_has_an_end_of_its_own(player: Player) -> None:
    assert player.ask(7, PROMPT) == []
    assert drawn(player, 5) == [9, 9]
    player.ask(8, PROMPT)
    player.hush()
    assert player.active is None
    player.play(9, PROMPT)
    player.hush()
    assert player.active is not None


def test_what_cannot_be_played_changes_nothing() -> None:
    shelf = Shelf()
    shelf.missing.add("x")
    player = Player(shelf, Pace())
    player.play(1, PROMPT)
    with pytest.raises(MediaError):
        player.play(2, (Clip("x", 1),))
    with pytest.raises(MediaError):
        player.ask(2, (Clip("x", 1),))
    assert player.active is not None
    assert player.active.turn == 1


def test_in_a_codec_that_is_missing_the_prompt_is_over() -> None:
    shelf = Shelf()
    player = Player(shelf, Pace())
    player.play(1, PROMPT)
    player.wait(MUSIC)
    assert player.recode("pcmu") == []
    shelf.missing.add("p/2/9")
    assert player.recode("pcma") == [Over(1, "failed", 0, "p/2/9 is not there")]
    assert drawn(player, 1) == [1]


def test_stopping_what_is_not_there_does_nothing(player: Player) -> None:
    assert player.stop(9) == []


def test_a_loop_or_music_without_a_frame_is_over_at_once(player: Player) -> None:
    player.wait(Music(("m/0/1",)))
    player.play(1, (Pause(0),), loop=True)
    assert drawn(player, 5) == []
    assert (player.behind, player.hold) == (None, None)
