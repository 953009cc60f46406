"""What callers say is kept: who writes it down, who fetches its sound, and where that is."""

from __future__ import annotations

import hashlib
import hmac
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.app.compliance import compliance_of
from ivr.domain.recording import KeepConsent
from ivr.runtime.effects.worker import Effects
from ivr.runtime.ids import Ulids
from ivr.runtime.key_file import master_key
from ivr.runtime.recordings.completeness import Completing, Rule
from ivr.runtime.recordings.consenting import CallConsents
from ivr.runtime.recordings.folder import RecordingFolder
from ivr.runtime.recordings.keeper import RecordingKeeper
from ivr.runtime.recordings.recorder import Recorder
from ivr.runtime.recordings.sources import CUT, SPOOL, WORDS, of_spool, of_words
from ivr.runtime.recordings.sweeping import Sweeper
from ivr.runtime.sealing import CallCodec
from ivr.store.opening import SqlStore
from ivr.store.recorded.repository import SqlRecordings

if TYPE_CHECKING:
    from ivr.app.server import Server
    from ivr.config.model import Config
    from ivr.runtime.ports import Clock, Keys, Store

NAMES = b"names in the spool"
"""What the master key is told to make the key of these names with."""


def open_recorder(store: Store, config: Config, keys: Keys, clock: Clock) -> Recorder | None:
    """None where all is kept in memory only: then nobody could find a recording again."""
    if not isinstance(store, SqlStore):
        return None
    folder = RecordingFolder(Path(config.recordings), keys)
    sources = {SPOOL: of_spool(folder), CUT: of_spool(folder, 0), WORDS: of_words()}
    keeper = RecordingKeeper(SqlRecordings(store.database), folder, clock, sources)
    key = hmac.digest(master_key(Path(config.keys.file)), NAMES, hashlib.sha256)
    return Recorder(keeper, Ulids(clock).new, key)


def start_keeping(server: Server) -> None:
    """From now on the sound of recordings is fetched, what crashes have left is swept up, and each
    day it is looked whether all is there."""
    recorder, clock = server.switch.ports.recorder, server.switch.ports.clock
    if recorder is not None:
        keeper = recorder.keeper
        sweeper = Sweeper(keeper.rows, keeper.folder.root, clock)
        server.tasks.start(keeper.run(), "recordings")
        server.tasks.start(sweeper.run(), "recordings swept")
        looking = Completing(keeper.rows, keeper.folder, clock, partial(_rule, server))
        server.tasks.start(looking.run(), "recordings complete")


def write_consents_down(server: Server) -> None:
    """From now on it comes into the ledger what callers said of being recorded."""
    every, ports = compliance_of(server), server.switch.ports
    if every is None:
        return
    keep, outbox = CallConsents(every.consents, ports.clock).keep, server.switch.store.outbox
    kept = Effects(outbox, KeepConsent, keep, CallCodec(ports.keys), ports.clock)
    server.tasks.start(kept.run(), "consents of calls")


def _rule(server: Server) -> Rule:
    """Which queues have their talks recorded now, and on which trunks that can be."""
    world = server.switch.ports.books.current().world
    queues = [name for name, one in world.queue_shapes.items() if one.taping is not None]
    return queues, [name for name, trunk in world.trunks.items() if trunk.tapes]
