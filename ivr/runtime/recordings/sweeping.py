"""Once a day what crashes have left in the folder of recordings goes: sound that no row names.

Only what has lain there for a day: a call that goes on, and one that the next server takes up
again, has its row by then. In the spool it is plain sound. Among kept files it is rubbish, for its
key stands in the row; yet if most of them were, the folder would rather be another database's.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from ivr.domain.errors import IvrError, NotFoundError
from ivr.runtime import metrics
from ivr.runtime.disk.fresh import NEW
from ivr.runtime.disk.inside import folder, told, unlinked
from ivr.runtime.recordings.folder import CUT, SCHEME, SPOOL
from ivr.runtime.tasks import every, look_again

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.runtime.ports import Clock
    from ivr.runtime.ports.recorded.recordings import Recordings

_LOG = logging.getLogger(__name__)
GRACE: Final = timedelta(days=1)
FIRST: Final = timedelta(hours=1)
"""After a start: by then the calls that a crash has cut off are taken up again."""
PART: Final = 500
_SPOOLED: Final = re.compile(r"([0-9a-f]{32})\.(?:wav|part)")
_KEPT: Final = re.compile(rf"([0-9a-f]{{32}})(?:{re.escape(NEW)})?")
_FOLDER: Final = re.compile(r"[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Lying:
    """A file that has lain there for long. addresses: by which a row would name it."""

    place: str
    file: str
    addresses: tuple[str, ...]


Found: TypeAlias = Sequence[Lying]


class Sweeper:
    """root: the folder of recordings, of this database alone."""

    def __init__(self, rows: Recordings, root: Path, clock: Clock) -> None:
        self._rows = rows
        self._root = root
        self._clock = clock

    async def run(self) -> None:
        """For ever."""
        await self._clock.sleep_until(self._clock.now() + FIRST)
        await look_again(self.sweep, every(self._clock, GRACE), "sweep_waits_for_store")

    async def sweep(self) -> int:
        """Once; how many files went. Raises StoreError if store or disk cannot be asked."""
        before_s = (self._clock.now() - GRACE).timestamp()
        spooled, kept = await asyncio.to_thread(lying, self._root, before_s)
        gone = await self._destroyed(await self._unnamed(spooled))
        lost = await self._unnamed(kept)
        if 2 * len(lost) > len(kept):
            facts = {"unknown": len(lost), "of": len(kept), "folder": str(self._root)}
            why = "is this the folder of another database? Give each its own (key recordings)"
            _LOG.error("recordings_unknown", extra={"facts": {**facts, "why": why}})
        else:
            gone += await self._destroyed(lost)
        if gone:
            metrics.RECORDINGS.labels("swept").inc(gone)
            _LOG.warning("recordings_swept", extra={"facts": {"files": gone}})
        return gone

    async def _unnamed(self, found: Found) -> Found:
        left: list[Lying] = []
        for begin in range(0, len(found), PART):
            some = found[begin : begin + PART]
            named = await self._rows.named([each for one in some for each in one.addresses])
            left += [one for one in some if named.isdisjoint(one.addresses)]
        return left

    async def _destroyed(self, found: Found) -> int:
        """How many; one that resists does not save the others."""
        done = 0
        for one in found:
            try:
                await asyncio.to_thread(_destroy, self._root, one)
            except IvrError as error:
                _LOG.warning("recording_not_swept", extra={"facts": {"why": str(error)}})
            else:
                done += 1
        return done


def lying(root: Path, before_s: float) -> tuple[Found, Found]:
    """Files of ours in the spool, and kept ones, that nobody has written to since then (seconds
    since 1970). Other files are none of our business. Raises StoreError."""
    spooled: list[Lying] = []
    kept: list[Lying] = []
    for name, file in _old(root, [SPOOL], _SPOOLED, before_s):
        spooled.append(Lying(SPOOL, file, (f"{SPOOL}:{name}", f"{CUT}:{name}")))
    for place in _folders(root):
        for name, file in _old(root, [place], _KEPT, before_s):
            kept.append(Lying(place, file, (f"{SCHEME}{name}",) if file == name else ()))
    return spooled, kept


def _folders(root: Path) -> list[str]:
    try:
        with folder(root, []) as at, told("recordings cannot be listed"):
            return sorted(each.name for each in os.scandir(at) if _FOLDER.fullmatch(each.name))
    except NotFoundError:
        return []


def _old(
    root: Path, parts: list[str], form: re.Pattern[str], before_s: float
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    try:
        with folder(root, parts) as at, told("recordings cannot be listed"):
            for each in os.scandir(at):
                mine = form.fullmatch(each.name)
                if mine and each.stat(follow_symlinks=False).st_mtime < before_s:
                    found.append((mine[1], each.name))
    except NotFoundError:
        return found
    return sorted(found)


def _destroy(root: Path, one: Lying) -> None:
    with folder(root, [one.place]) as at, told("a file cannot be destroyed"):
        unlinked(at, one.file)
