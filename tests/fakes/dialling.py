"""A call centre whose agents may call somebody from the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.app.callbacks import open_dialer
from tests.fakes.call_centre import CallCentre
from tests.fakes.served import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.runtime.dialer import Dialer

NUMBER = "+905321112233"
WRAPUP = "wrapup:\n  code:"
CHANGES = {WRAPUP: f"dial: {{trunk: browser, wrapup: {{time: 45s}}}}\n{WRAPUP}"}


async def opened(folder: Path, first: CallCentre | None = None) -> CallCentre:
    """The call centre whose agents may dial; or once more, after the first has died."""
    if first is None:
        shipped(folder, CHANGES)
        return await CallCentre.open(folder)
    store = first.served.server.switch.store
    await first.served.server.tasks.close()
    return await CallCentre.open(folder, store=store, clock=first.clock)  # type: ignore[arg-type]


def dialer(centre: CallCentre) -> Dialer:
    return open_dialer(centre.served.server)
