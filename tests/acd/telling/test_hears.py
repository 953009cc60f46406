"""What a waiting caller was told of the place and the time."""

from __future__ import annotations

from ivr.acd.telling.estimates import Said
from ivr.acd.telling.hears import Hears
from ivr.acd.telling.positions import ToldPlace


def test_what_is_being_told_counts_once_it_has_been_heard() -> None:
    hears = Hears(place=ToldPlace(5, 1.0), said=Said(4, 1.0))
    hears.next_place = ToldPlace(3, 60.0)
    assert hears.place == ToldPlace(5, 1.0)
    hears.heard()
    assert (hears.place, hears.said) == (ToldPlace(3, 60.0), Said(4, 1.0))
