"""Mailboxes that are read and mail servers that send for us.

mail:
  support:
    imap: imaps://imap.example
    smtp: smtps://smtp.example
    user: support@example.com
    password: "${env:MAIL_PASSWORD}"
    from: "Müşteri Hizmetleri <support@example.com>"
    team: billing
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, WithJsonSchema

from ivr.config.fields import (
    Name,
    PlainText,
    SecretText,
    Strict,
    is_loopback,
    refuse,
    seconds,
    text_field,
)

PORTS = {"imap": 143, "imaps": 993, "smtp": 587, "smtps": 465}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")


class MailServer(str):
    """Where a mail server is, `imaps://imap.example` or `smtp://127.0.0.1:2525`."""

    __slots__ = ("host", "port", "scheme")
    scheme: str
    host: str
    port: int

    def __new__(cls, text: str, kind: str = "") -> MailServer:
        """Read it; kind: `imap` or `smtp`, "" = as it says. ShapeError if it is none."""
        parts = urlsplit(text)
        kind = kind or parts.scheme.removesuffix("s")
        try:
            host, port = parts.hostname or "", parts.port
        except ValueError:
            host, port = "", None
        if (
            parts.scheme not in PORTS.keys() & {kind, f"{kind}s"}
            or not _HOST.fullmatch(host)
            or port == 0
        ):
            refuse("C103", f'"{text}" is no mail server; write {kind}s://{kind}.example')
        if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
            refuse("C103", f'"{text}" must be only scheme, host and port; use user and password')
        made = super().__new__(cls, text)
        made.scheme, made.host = parts.scheme, host
        made.port = port or PORTS[parts.scheme]
        return made

    @property
    def tls_first(self) -> bool:
        """Whether the connection begins with TLS."""
        return self.scheme.endswith("s")

    @property
    def starttls(self) -> bool:
        """Whether TLS must begin before anything is said; only on loopback it need not."""
        return not self.tls_first and not is_loopback(self.host)


class OwnAddress(str):
    """An address of ours with its display name, `Destek <destek@firma.example>`."""

    __slots__ = ("address", "shown")
    shown: str
    address: str

    def __new__(cls, text: str) -> OwnAddress:
        """Read it; ShapeError if it is none."""
        shown, address = parseaddr(text)
        whole = text == address or text.endswith(f"<{address}>")
        if not _ADDRESS.fullmatch(address) or not whole:
            refuse("C103", f'"{text}" is no address; write "Help <help@firm.example>"')
        if re.search(r"[\x00-\x1f\x7f]", text):
            refuse("C103", "an address stands on one line")
        made = super().__new__(cls, text)
        made.shown, made.address = shown, address
        return made

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]


def read_imap(text: str) -> MailServer:
    """The address of an IMAP server."""
    return MailServer(text, "imap")


def read_smtp(text: str) -> MailServer:
    """The address of an SMTP server."""
    return MailServer(text, "smtp")


def read_address(text: str) -> str:
    """An address of somebody, without a display name."""
    return OwnAddress(text).address


_SCHEMA = WithJsonSchema({"type": "string"})
Email = Annotated[str, text_field(read_address), _SCHEMA]
"""An address that we write to."""


class MailAccount(Strict):
    """A mailbox and the server that sends for it."""

    imap: Annotated[MailServer, text_field(read_imap), _SCHEMA] | None = Field(
        None,
        description="Server that keeps our mail, as in imaps://imap.example; none: no reading.",
    )
    smtp: Annotated[MailServer, text_field(read_smtp), _SCHEMA] | None = Field(
        None, description="Server that sends, as in smtps://smtp.example; none: no sending."
    )
    user: PlainText | None = Field(None, description="Name under which we sign in to both.")
    password: SecretText | None = Field(None, description="Password for `user`.")
    from_: Annotated[OwnAddress, text_field(OwnAddress), _SCHEMA] = Field(
        alias="from", description="Our address, as in Help <help@firm.example>."
    )
    folder: PlainText = Field("INBOX", description="Folder that is read.")
    poll: seconds(3600) = Field(30.0, description="How often it is looked for new mail.")  # type: ignore[valid-type]
    start: Literal["new", "all"] = Field(
        "new", description="What of the folder is read: what comes from now on, or `all` in it."
    )
    team: Name | None = Field(None, description="Team that answers what comes here.")
    ca: PlainText | None = Field(
        None, description="File of certificates (PEM) to trust in place of the system's."
    )
