"""The fields at the top of a flow file."""

from __future__ import annotations

from ivr.cli.handbook.flow_files import entries, listening, listening_default

FOUND = {each.name: each for each in entries()}


def test_what_every_flow_has_is_said() -> None:
    assert FOUND["start"].lines == ("  Every flow has it.",)
    assert FOUND["vars"].lines == ()
    assert FOUND["resume.within"].lines == ()


def test_the_defaults_of_listening_are_said() -> None:
    assert FOUND["listen.first"].lines == ("  Default: 5s",)
    assert FOUND["listen.end_key"].lines == ("  Default: none",)
    assert listening_default("tries") == 3


def test_a_field_of_listening_means_the_same_on_a_step() -> None:
    assert listening("first") == FOUND["listen.first"].short
    assert listening("keys") == ""
