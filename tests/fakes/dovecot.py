"""A real IMAP server, Dovecot, with settings of its own; it knows every user, with one password."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from ivr.cti.mail.imap import quoted
from tests.fakes.papers import Papers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

PASSWORD = "parola-ıİ"  # noqa: S105 - of a server that lives for a test
IMAP = Path("/usr/lib/dovecot/imap")
PATIENCE_S = 20.0
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
info_log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
first_valid_uid = 0
auth_mechanisms = plain login
auth_cache_size = 0
auth_failure_delay = 0
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
"""


class Dovecot:
    """One server, stopped and started at will on the same ports."""

    def __init__(self, folder: Path, cert: Path, key: Path) -> None:
        self.folder = folder
        self.ca = cert
        self.plain, self.tls = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._file = folder / "dovecot.conf"
        is_root = os.getuid() == 0
        us = pwd.getpwnam("dovecot") if is_root else pwd.getpwuid(os.getuid())
        folder.chmod(0o711)  # Dovecot keeps no mail as root, so somebody else must get in
        (folder / "mail").mkdir()
        os.chown(folder / "mail", us.pw_uid, us.pw_gid)
        text = CONFIG.format(
            folder=folder,
            cert=cert,
            key=key,
            plain=self.plain,
            tls=self.tls,
            password=PASSWORD,
            uid=us.pw_uid,
            gid=us.pw_gid,
            internal=us.pw_name,
            group=grp.getgrgid(us.pw_gid).gr_name,
            login="dovenull" if is_root else us.pw_name,
        )
        self._file.write_text(text, encoding="utf-8")

    def start(self) -> None:
        """Returns when it takes connections."""
        program = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/sbin:/bin")
        assert program is not None
        self._process = subprocess.Popen([program, "-F", "-c", str(self._file)])  # noqa: S603
        due = time.monotonic() + PATIENCE_S
        while time.monotonic() < due:
            try:
                with socket.create_connection(("127.0.0.1", self.plain), PATIENCE_S) as wire:
                    if wire.recv(4) == b"* OK":
                        return
            except OSError:
                assert self._process.poll() is None, self.log()
        raise AssertionError(f"Dovecot does not start: {self.log()}")

    def log(self) -> str:
        """What it has written."""
        file = self.folder / "log"
        return file.read_text(encoding="utf-8")[-2000:] if file.exists() else ""

    def stop(self) -> None:
        """Returns when nobody listens any more."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None

    def mailbox(self, user: str, folder: str = "INBOX") -> Mailbox:
        """The mailbox of a user, new ones come into being."""
        return Mailbox(self, user, folder)


class Mailbox:
    """What a person does with a mailbox: put something in, look at it, throw it away."""

    def __init__(self, server: Dovecot, user: str, folder: str) -> None:
        self.server = server
        self.user = user
        self.folder = folder
        with closing(_Session(self)) as session:
            if folder != "INBOX":
                session.imap.create(quoted(folder))

    def put(self, raw: bytes, at: datetime | None = None) -> None:
        """Deliver a mail; at: when it was received, now if not said."""
        with closing(_Session(self)) as session:
            when = f'"{at:%d-%b-%Y %H:%M:%S %z}"' if at else ""
            result, said = session.imap.append(quoted(self.folder), "", when, raw)
            assert result == "OK", said

    def flags(self) -> list[str]:
        """The flags of each mail, in order."""
        with closing(_Session(self)) as session:
            session.imap.select(quoted(self.folder), readonly=True)
            _result, found = session.imap.fetch("1:*", "(FLAGS)")
            return [part.decode() for part in found if isinstance(part, bytes)]

    def remove(self, uid: int) -> None:
        """Throw one mail away."""
        with closing(_Session(self)) as session:
            session.imap.select(quoted(self.folder))
            session.imap.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)")
            session.imap.expunge()

    def begin_anew(self) -> None:
        """Delete the folder and make it again: its mails are numbered anew."""
        with closing(_Session(self)) as session:
            session.imap.delete(quoted(self.folder))
            session.imap.create(quoted(self.folder))


class _Session:
    def __init__(self, box: Mailbox) -> None:
        self.imap = imaplib.IMAP4("127.0.0.1", box.server.plain, timeout=PATIENCE_S)
        self.imap.authenticate("PLAIN", lambda _: f"\0{box.user}\0{PASSWORD}".encode())

    def close(self) -> None:
        self.imap.logout()


def free_port() -> int:
    """A port that nobody has now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[Dovecot]:
    """A server for some tests. Skips where there is no Dovecot."""
    if not IMAP.exists():
        pytest.skip("needs Dovecot: install the package dovecot-imapd")
    with TemporaryDirectory(prefix="ivr-dovecot-") as name:  # pytest's folders let nobody in
        papers = Papers.write(Path(name), "127.0.0.1")
        server = Dovecot(Path(name), papers.certificate, papers.key)
        try:
            server.start()
            yield server
        finally:
            server.stop()
