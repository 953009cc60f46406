"""Files that come by pages: how they are taken, and the links by which customers send them."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.runtime.key_file import master_key
from ivr.runtime.texts.choosing import options_of
from ivr.store.intake.files import FileFolder
from ivr.web.api.tickets.upload_links import LinkMaking
from ivr.web.files.receiving import MB, Taking
from ivr.web.gate import GATE
from ivr.web.help.sending import SendingPage
from ivr.web.help.upload_links import UploadLinks

if TYPE_CHECKING:
    from ivr.app.server import Server
    from ivr.config.model import Config
    from ivr.runtime.texts.house import TextHouse

LINKS = b"upload links"
"""What the master key is told to make the key of upload links with."""


def taking_of(config: Config) -> Taking:
    """How files are taken."""
    options = config.uploads
    files = FileFolder(Path(config.files))
    return Taking(files, options.files, options.most_mb * MB, frozenset(options.kinds))


def links_of(config: Config, texts: TextHouse | None = None) -> LinkMaking | None:
    """How links are made; None where the configuration wants none. texts: sends them."""
    options = config.uploads
    if options.link is None:
        return None
    made = LinkMaking(_links(config).make, options.link, options.files, options.most_mb)
    if texts is None or not options_of(config):
        return made
    return replace(made, text=texts.send)


def add_sending(server: Server) -> None:
    """The page behind the links."""
    house, config = server.house, server.config
    if house is None or config.uploads.link is None:
        return
    gate = server.app[GATE]
    page = SendingPage(
        links=_links(config),
        tickets=house.tickets,
        taking=taking_of(config),
        clock=server.switch.ports.clock,
        source=gate.source,
        origins=gate.place.origins,
    )
    server.app.add_routes(page.routes())


def _links(config: Config) -> UploadLinks:
    return UploadLinks(hmac.digest(master_key(Path(config.keys.file)), LINKS, hashlib.sha256))
