"""Screen pops of the whole server: told outside, and worth what the trunk is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ivr.app.pops import PopDesk
from ivr.cti.pop_config import pop_rules_of
from tests.fakes.call_centre import CallCentre

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from ivr.cti.pop_rules import PopRules

Heard = list[tuple[str, "Mapping[str, Any]"]]


@pytest.fixture
async def centre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[CallCentre]:
    monkeypatch.chdir(tmp_path)
    made = await CallCentre.open(tmp_path)
    yield made
    await made.close()


def desk(centre: CallCentre, **changes: Any) -> Heard:  # noqa: ANN401 - any rule
    """Pops by changed rules; what they tell outside."""
    heard: Heard = []
    server = centre.served.server
    rules: PopRules = pop_rules_of(server.config, server.library.current().world)
    pops = PopDesk(
        server.switch,
        server.streams,
        replace(rules, **changes),
        lambda kind, payload: heard.append((kind, payload)),
    )
    server.floor.dispatch.pops = pops
    return heard


@pytest.mark.parametrize(("trunks", "level"), [((), 1), (("browser",), 2), (("main",), 1)])
async def test_a_number_is_worth_what_its_trunk_vouches_for(
    centre: CallCentre, trunks: tuple[str, ...], level: int
) -> None:
    heard = desk(centre, attested=frozenset(trunks))
    await centre.works("ayse")
    call = await centre.waits()
    ((kind, payload),) = [one for one in heard if one[0] == "pop.opened"]
    assert (kind, payload["call_id"], payload["ani_level"]) == ("pop.opened", call, level)


async def test_a_pop_that_no_desk_takes_is_told_after_three_seconds(centre: CallCentre) -> None:
    heard = desk(centre)
    await centre.works("ayse")
    await centre.waits()
    await centre.clock.advance(3.1)
    assert [kind for kind, _payload in heard] == ["pop.opened", "pop.unreceived"]
