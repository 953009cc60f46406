"""A mailbox on an IMAP server (RFC 3501), by the standard library. Methods wait for the server.

One connection per look. Mails are fetched without being marked, each in one piece of at most 36 MB.
Every failure is a PortError that may pass; `abort` may be called from any thread.
"""

from __future__ import annotations

import base64
import contextlib
import imaplib
import re
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from ivr.domain.errors import PortError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.config.mail import MailAccount, MailServer

WAIT_S = 20.0
MOST_BYTES = 36 * 1024 * 1024
"""Of one mail: 25 MB of files in base64, and room for its text."""
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")
_DATE = re.compile(rb'INTERNALDATE "([^"]{20,40})"')
_ASCII = re.compile(r"[^\x20-\x7e]+|&")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class NotGivenError(PortError):
    """The server has a mail and does not hand it over."""


@dataclass(frozen=True, slots=True)
class Folder:
    """An opened folder. uidnext: what the next mail gets at least."""

    uidvalidity: int
    uidnext: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail as the server has it. raw: its beginning if it is longer; received_at: in UTC."""

    raw: bytes
    is_cut: bool
    received_at: datetime | None


class ImapBox:
    """The folder of one account."""

    def __init__(self, account: MailAccount, server: MailServer) -> None:
        self._account = account
        self._server = server
        self._imap: imaplib.IMAP4 | None = None
        self._aborted = False

    @property
    def name(self) -> str:
        """What tells this mailbox from all others."""
        server = self._server
        return f"{self._account.user}@{server.host}:{server.port}/{self._account.folder}"

    def open(self) -> Folder:
        """Connect, sign in and open the folder."""
        try:
            with _as_port_error():
                imap = self._connected()
                if self._aborted:
                    self.abort()
                _sign_in(imap, self._account)
                return _opened(imap, self._account.folder)
        finally:
            if self._aborted:
                self.close()  # whoever wanted it has gone

    def _connected(self) -> imaplib.IMAP4:
        server, trust = self._server, tls_of(self._account)
        if server.tls_first:
            self._imap = imaplib.IMAP4_SSL(
                server.host, server.port, ssl_context=trust, timeout=WAIT_S
            )
            return self._imap
        self._imap = imaplib.IMAP4(server.host, server.port, timeout=WAIT_S)
        if server.starttls:
            self._imap.starttls(trust)
        return self._imap

    def uids(self, after: int, since: date | None = None) -> list[int]:
        """The UIDs above one, ascending; since: only of what came on this day or later."""
        wanted = ["UID", f"{after + 1}:*"]
        if since is not None:
            wanted += ["SINCE", f"{since.day:02}-{MONTHS[since.month - 1]}-{since.year}"]
        with _as_port_error():
            answer = self._asked("SEARCH", *wanted)
        found = {int(word) for line in answer if isinstance(line, bytes) for word in line.split()}
        return sorted(uid for uid in found if uid > after)  # n:* always names the last one

    def fetch(self, uid: int) -> Fetched | None:
        """One mail; None if it is gone. Raises NotGivenError if the server refuses."""
        wanted = f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)"
        with _as_port_error():
            try:
                answer = self._asked("FETCH", str(uid), wanted)
            except _RefusedError as error:
                raise NotGivenError(str(error), retryable=True) from None
        return _fetched(answer)

    def mark_seen(self, uid: int) -> None:
        """Show people that this mail was taken over; a folder that may only be read stays as is."""
        with _as_port_error(), contextlib.suppress(_RefusedError):
            self._asked("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def close(self) -> None:
        """Say good-bye; a server that is gone is not told."""
        if self._imap is not None:
            try:
                self._imap.logout()
            except (OSError, imaplib.IMAP4.error, ValueError):
                with contextlib.suppress(OSError, ValueError):
                    self._imap.shutdown()
            self._imap = None

    def abort(self) -> None:
        """Cut the line, so that whoever waits for the server stops waiting."""
        self._aborted = True
        if self._imap is not None:
            with contextlib.suppress(OSError):
                self._imap.socket().shutdown(socket.SHUT_RDWR)

    def _asked(self, command: str, *words: str) -> Sequence[bytes | tuple[bytes, bytes] | None]:
        if self._imap is None:
            raise PortError("the mailbox is not open", retryable=True)
        result, answer = self._imap.uid(command, *words)
        if result != "OK":
            raise _RefusedError(f"the mail server refuses {command}")
        return answer


class _RefusedError(imaplib.IMAP4.error):
    """The server answered NO."""


def tls_of(account: MailAccount) -> ssl.SSLContext:
    """Whom to trust: the authorities of the system or those of the account. Raises PortError."""
    try:
        return ssl.create_default_context(cafile=account.ca)
    except (OSError, ssl.SSLError) as error:
        message = f"the certificates in {account.ca} cannot be read: {type(error).__name__}"
        raise PortError(message, retryable=True) from None


def _sign_in(imap: imaplib.IMAP4, account: MailAccount) -> None:
    user = account.user or ""
    password = account.password.reveal() if account.password else ""
    if "AUTH=PLAIN" in imap.capabilities:
        imap.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
    else:
        imap.login(user, password)


def _opened(imap: imaplib.IMAP4, folder: str) -> Folder:
    name = quoted(folder)
    try:
        result, answer = imap.select(name)
    except imaplib.IMAP4.readonly:
        result, answer = imap.select(name, readonly=True)
    if result != "OK":
        raise PortError(f"there is no folder {folder}: {_said(answer)}", retryable=True)
    validity = _code(imap, "UIDVALIDITY")
    if not validity:
        raise PortError("the mail server numbers no mails (UIDVALIDITY)", retryable=True)
    return Folder(validity, _code(imap, "UIDNEXT"))


def _code(imap: imaplib.IMAP4, name: str) -> int:
    values = imap.response(name)[1]
    last = values[-1] if values else None
    return int(last) if isinstance(last, bytes) and last.isdigit() else 0


def _said(answer: Sequence[object]) -> str:
    first = answer[0] if answer else b""
    return first.decode("utf-8", "replace")[:100] if isinstance(first, bytes) else ""


def _fetched(answer: Sequence[bytes | tuple[bytes, bytes] | None]) -> Fetched | None:
    """Facts may stand before or behind the octets of the mail."""
    facts = b" ".join(
        part[0] if isinstance(part, tuple) else part for part in answer if part is not None
    )
    size = _SIZE.search(facts)
    if size is None:
        return None
    raw = next((part[1] for part in answer if isinstance(part, tuple)), b"")
    if not raw and int(size[1]):  # thrown away while we are here, or broken on the server
        raise NotGivenError("the mail server does not give the mail", retryable=True)
    when = _DATE.search(facts)
    return Fetched(raw, len(raw) >= MOST_BYTES, _moment(when[1]) if when else None)


def _moment(written: bytes) -> datetime | None:
    try:
        told = datetime.strptime(written.decode().strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None
    return told.astimezone(UTC)


def quoted(folder: str) -> str:
    """The name of a folder on the wire: in modified UTF-7 (RFC 3501, 5.1.3), in quotes."""
    name = _ASCII.sub(lambda found: _shifted(found[0]), folder)
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _shifted(letters: str) -> str:
    if letters == "&":
        return "&-"
    packed = base64.b64encode(letters.encode("utf-16-be")).decode().rstrip("=")
    return f"&{packed.replace('/', ',')}-"


@contextlib.contextmanager
def _as_port_error() -> Iterator[None]:
    try:
        yield
    except PortError:
        raise
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        detail = str(error) if isinstance(error, imaplib.IMAP4.error) else type(error).__name__
        raise PortError(f"the mailbox cannot be read: {detail[:200]}", retryable=True) from None
