"""`ivr audit verify` and `ivr export customer`, on the database of the configuration."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.app.compliance import compliance_on
from ivr.cli.loading import load
from ivr.cli.outcome import FOUND, GOOD, say
from ivr.cli.people import CONSOLE
from ivr.cli.people_store import cannot, on_store
from ivr.domain.errors import NotFoundError, NotValidError
from ivr.runtime.clock import SystemClock
from ivr.runtime.ports.customers import Act
from ivr.store.compliance.chain import SqlAuditTrail
from ivr.store.intake.files import FileFolder
from ivr.tickets.catalogue.model import Catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ivr.config.model import Config
    from ivr.runtime.ports.compliance import ChainState
    from ivr.store import SqlStore

_PRIVATE = 0o700
_FILE = 0o600


@dataclass(frozen=True, slots=True)
class Wish:
    """What was written on the command line."""

    customer: str
    why: str
    folder: Path


def verify(path: Path, head: Path | None = None) -> int:
    """Check the chain. Returns the exit code: 1 if a row was changed."""
    heads: list[dict[str, Any]] = []
    if head is not None:
        try:
            lines = head.read_text(encoding="utf-8").splitlines()
            heads = [json.loads(line) for line in lines]
        except (OSError, ValueError) as error:
            return cannot(f"{head} is no file of daily heads: {error}")
    return on_store(load(path), partial(_verify, heads), create=False)


def export(wish: Wish, path: Path) -> int:
    """Write everything about a customer. Returns the exit code."""
    if not wish.why.strip():
        return cannot("say why: --why")
    if wish.folder.exists():
        return cannot(f"{wish.folder} is there already; name a new folder")
    config = load(path)
    return on_store(config, partial(_export, wish, config), create=False)


async def _verify(heads: Sequence[Mapping[str, Any]], store: SqlStore) -> int:
    trail = SqlAuditTrail(store.database)
    state = await trail.verify()
    if state.broken is not None:
        say(f"row {state.broken} of the audit log is not as it was written")
        return FOUND
    wrong = await _unlike(heads, trail, state)
    if wrong:
        say(wrong)
        return FOUND
    say(f"{state.rows} rows, all as they were written; the last is {state.last} {state.head}")
    return GOOD


async def _unlike(
    heads: Sequence[Mapping[str, Any]], trail: SqlAuditTrail, state: ChainState
) -> str:
    """What the daily heads say otherwise; "" if nothing."""
    for told in heads:
        if told["seq"] > state.last:
            return f"the log ends at {state.last}, and on {told['at'][:10]} it had {told['seq']}"
        if told["seq"] >= state.first and await trail.hash_of(told["seq"]) != told["hash"]:
            return f"row {told['seq']} is another one than on {told['at'][:10]}"
    return ""


async def _export(wish: Wish, config: Config, store: SqlStore) -> int:
    clock = SystemClock()
    exports = compliance_on(store, config, Catalogue, clock).exports
    try:
        found = await exports.of(wish.customer, wish.why, Act(CONSOLE, clock.now()))
    except (NotFoundError, NotValidError) as error:
        return cannot(str(error))
    files = {row["public_id"]: row["filename"] for row in found["files"]}
    _keep(wish.folder / "data.json", json.dumps(found, ensure_ascii=False, indent=1).encode())
    place = FileFolder(Path(config.files))
    for public_id, uri in (await exports.uris(wish.customer)).items():
        name = _safe(public_id, files.get(public_id, ""))
        try:
            _keep(wish.folder / "files" / name, await place.read(uri))
        except NotFoundError:
            say(f"the file {public_id} is not there any more")
    say(f"written to {wish.folder}: {_counted(found)}")
    return GOOD


def _counted(found: Mapping[str, Any]) -> str:
    many = [f"{len(rows)} {name}" for name, rows in found.items() if isinstance(rows, list)]
    return ", ".join(many)


def _safe(public_id: str, name: str) -> str:
    """A name that stays in the folder, whatever the customer called his file."""
    kept = "".join(each if each.isalnum() or each in "._-" else "_" for each in name)
    return f"{public_id}-{kept[-80:]}"


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(_FILE)
