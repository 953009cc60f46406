"""A real Request Tracker 5 with settings and a database of its own, started for a test run."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from ivr.cti.adapters.far import FarRules
from tests.fakes.ticket_systems import Kept, Said

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = Path("/usr/share/request-tracker5/libexec/standalone_httpd")
PATIENCE_S = 60.0
BASIC = "Basic " + base64.b64encode(b"root:password").decode()
SETTINGS = """
Set($rtname, 'ivr.example');
Set($WebPath, '');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rt.db');
Set($LogToSTDERR, 'error');
Set($LogToSyslog, undef);
Set($MailCommand, 'testfile');
Set($WebSessionClass, 'Apache::Session::File');
Set($BcryptCost, 4);
1;
"""
QUEUE = "General"


class RequestTracker:
    """A server that runs. It looks like the fakes to a test.

    It serves one request at a time, so a test that asks it must not keep the loop from ending a
    request of ours that is under way: each waits in a thread.
    """

    kind = "rt"
    headers = {"Authorization": BASIC}  # noqa: RUF012 - never changed
    rules = FarRules(queue=QUEUE, people={"ayşe": "root"})

    def __init__(self, base: str) -> None:
        self.base = base
        self._seen = 0

    async def open(self) -> None:
        """What earlier tests left is none of this one's."""
        found = await asyncio.to_thread(self._since, 0)
        self._seen = max((one.id for one in found), default=0)

    async def close(self) -> None:
        """It goes on for the next test."""

    async def tickets(self) -> list[Kept]:
        """All that this test has opened."""
        return await asyncio.to_thread(self._opened)

    async def said(self, far_id: int) -> list[Said]:
        """What was said after the opening, oldest first."""
        return await asyncio.to_thread(self._spoken, far_id)

    def _opened(self) -> list[Kept]:
        found = self._since(self._seen)
        for one in found:
            one.body = self._text(f"/REST/2.0/ticket/{one.id}/history", "Create")
        return found

    def _spoken(self, far_id: int) -> list[Said]:
        asked = urlencode({"fields": "Type,Data", "per_page": 100})
        items = self._ask(f"/REST/2.0/ticket/{far_id}/history?{asked}")["items"]
        return [
            self._one(item)
            for item in sorted(items, key=lambda each: int(each["id"]))
            if item["Type"] in {"Comment", "Correspond"}
        ]

    async def merge(self, far_id: int, into: int) -> None:
        """By its older API; the newer one cannot."""
        signed_in = urlencode({"user": "root", "pass": "password"})
        self._open(f"/REST/1.0/ticket/{far_id}/merge/{into}?{signed_in}", b"")

    async def lose(self, far_id: int) -> None:
        """Somebody deletes one there. RT keeps the row; who asks for it is told it is deleted."""
        self._ask(f"/REST/2.0/ticket/{far_id}", method="DELETE")

    async def speak(
        self, far_id: int, body: str, *, internal: bool = False, is_customer: bool = False
    ) -> None:
        """Somebody of the house writes on one there."""
        assert not is_customer
        what = "comment" if internal else "correspond"
        said = {"Content": body, "ContentType": "text/plain"}
        await asyncio.to_thread(self._send, "POST", f"/REST/2.0/ticket/{far_id}/{what}", said)

    async def turn(self, far_id: int, **fields: str) -> None:
        """Somebody changes one there: status, owner, priority, subject."""
        asked = {name.capitalize(): value for name, value in fields.items()}
        await asyncio.to_thread(self._send, "PUT", f"/REST/2.0/ticket/{far_id}", asked)

    async def newest(self) -> int:
        """Number of its last transaction."""
        asked = {"query": "id > 0 AND ObjectType = 'RT::Ticket'", "orderby": "id", "order": "DESC"}
        path = f"/REST/2.0/transactions?{urlencode({**asked, 'per_page': '1'})}"
        found = await asyncio.to_thread(self._ask, path)
        return int(found["items"][0]["id"])

    def _send(self, method: str, path: str, body: dict[str, str]) -> None:
        signed = {"Authorization": BASIC, "Content-Type": "application/json"}
        octets = json.dumps(body).encode()
        request = Request(self.base + path, octets, signed, method=method)  # noqa: S310
        with urlopen(request, timeout=PATIENCE_S) as response:  # noqa: S310 - on loopback
            response.read()

    def _since(self, far_id: int) -> list[Kept]:
        asked = {
            "query": f"id > {far_id}",
            "fields": "Subject,Status,Owner,Priority",
            "per_page": 100,
        }
        found = self._ask(f"/REST/2.0/tickets?{urlencode(asked)}")["items"]
        made = [
            Kept(
                *(int(one["id"]), "", one["Subject"], "", one["Status"]),
                owner=one["Owner"]["id"].replace("Nobody", ""),
                priority=str(one["Priority"]),
            )
            for one in found
        ]
        return sorted(made, key=lambda each: each.id)

    def _text(self, path: str, kind: str) -> str:
        items = self._ask(f"{path}?{urlencode({'fields': 'Type'})}")["items"]
        first = next(item for item in items if item["Type"] == kind)
        return self._one({**first, "Data": ""}).body

    def _one(self, item: dict[str, Any]) -> Said:
        asked = urlencode({"fields": "Content,ContentType,Filename", "per_page": 100})
        path = f"/REST/2.0/transaction/{item['id']}/attachments?{asked}"
        parts = self._ask(path)["items"]
        bodies = [(each.get("Filename") or "", _octets(each)) for each in parts]
        body = next((each for name, each in bodies if not name and each), b"")
        files = {name: each for name, each in bodies if name}
        subject, internal = (item["Data"] or "").strip(), item["Type"] == "Comment"
        return Said(int(item["id"]), subject, body.decode(), internal, files=files)

    def _ask(self, path: str, method: str = "GET") -> Any:  # noqa: ANN401
        return json.loads(self._open(path, method=method) or b"null")

    def _open(self, path: str, body: bytes | None = None, method: str | None = None) -> bytes:
        request = Request(self.base + path, body, {"Authorization": BASIC}, method=method)  # noqa: S310
        with urlopen(request, timeout=PATIENCE_S) as response:  # noqa: S310 - on loopback
            found: bytes = response.read()
            return found


def _octets(part: dict[str, Any]) -> bytes:
    """RT writes text as text, and octets as if each were a character."""
    content = str(part.get("Content") or "")
    is_text = part["ContentType"].startswith("text/")
    return content.encode("utf-8" if is_text else "latin-1")


@contextmanager
def running() -> Iterator[RequestTracker]:
    """One server; skips when it is not installed."""
    if not SERVER.exists() or shutil.which("rt-setup-database-5") is None:
        pytest.skip(
            "needs Request Tracker: apt-get install request-tracker5 rt5-db-sqlite rt5-standalone"
        )
    with TemporaryDirectory(prefix="rt") as name:
        folder, port = Path(name), _free_port()
        (folder / "empty").mkdir()
        settings = folder / "RT_SiteConfig.pm"
        settings.write_text(SETTINGS.format(port=port, folder=folder))
        env = {
            **os.environ,
            "RT_SITE_CONFIG": str(settings),
            "RT_SITE_CONFIG_DIR": str(folder / "empty"),
        }
        make = ["rt-setup-database-5", "--action", "init", "--skip-create", "--dba", ""]
        subprocess.run(make, env=env, check=True, capture_output=True)  # noqa: S603
        command = [str(SERVER), "--host", "127.0.0.1", "--port", str(port)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=folder)  # noqa: S603
        try:
            made = RequestTracker(f"http://127.0.0.1:{port}")
            _wait(made, server, folder / "log")
            yield made
        finally:
            server.terminate()
            server.wait(PATIENCE_S)


def _wait(made: RequestTracker, server: subprocess.Popen[bytes], log: Path) -> None:
    end, between = time.monotonic() + PATIENCE_S, Event()
    while time.monotonic() < end and server.poll() is None:
        try:
            made._ask("/REST/2.0/rt")
        except OSError:
            between.wait(0.1)
        else:
            return
    pytest.fail(f"Request Tracker does not answer: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
