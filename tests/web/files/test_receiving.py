"""Forms are read with a bound on everything, and leave no file behind that nobody took over."""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from ivr.domain.errors import NotValidError, StoreError
from ivr.store.intake.files import FileFolder
from ivr.web.errors import outermost
from ivr.web.files.receiving import Taking, read_form, received

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

KIND = "multipart/form-data; boundary=x"
PLAIN = "application/x-www-form-urlencoded"
MOST = 100_000


@dataclass
class Taker:
    """A server that takes a form. then: raised once the files are taken over; takes: whether they
    are."""

    client: TestClient[Any, Any]
    folder: Path
    takes: bool = True
    then: Exception | None = None
    values: dict[str, str] = field(default_factory=dict)

    def kept(self) -> list[Path]:
        """The files on the disk."""
        return [each for each in self.folder.rglob("*") if each.is_file()]

    async def send(self, body: Any, kind: str = "", path: str = "/files") -> int:  # noqa: ANN401
        """The status of the answer."""
        headers = {"Content-Type": kind} if kind else {}
        async with self.client.post(path, data=body, headers=headers) as answer:
            return answer.status


@pytest.fixture
async def taker(tmp_path: Path) -> AsyncIterator[Taker]:
    taking = Taking(FileFolder(tmp_path), most=2, most_bytes=MOST)

    async def files(request: web.Request) -> web.Response:
        async with received(request, taking) as sent:
            made.values = dict(sent.values)
            if made.takes:
                sent.take()
            if made.then is not None:
                raise made.then
        return web.Response(text=",".join(f"{each.filename} {each.mime}" for each in sent.files))

    async def plain(request: web.Request) -> web.Response:
        made.values = dict(await read_form(request))
        return web.Response()

    app = web.Application(middlewares=[outermost])
    app.add_routes([web.post("/files", files), web.post("/plain", plain)])
    client: TestClient[Any, Any] = TestClient(TestServer(app))
    await client.start_server()
    made = Taker(client, tmp_path)
    yield made
    await client.close()


def part(head: str, body: str = "v") -> str:
    """A part of a form."""
    return f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n"


def photo(*sizes: int) -> FormData:
    """A form with photos of such sizes."""
    form = FormData({"a": "ğ"})
    for size in sizes:
        content = BytesIO(b"\xff\xd8\xff" + b"\0" * (size - 3))
        form.add_field("files", content, filename="a.jpg", content_type="text/html")
    return form


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"a=1", "text/plain", 415),
        (b"\xff=\xff", PLAIN, 400),
        (b"&".join([b"a=1"] * 100), PLAIN, 400),
        (b"a=" + b"x" * 300_000, PLAIN, 413),
        (b"no parts", KIND, 400),
        (part('name="a"').encode(), "multipart/form-data", 400),
        ((part('name="a"') * 61 + "--x--\r\n").encode(), KIND, 400),
        ((part('name="a"', "x" * 70_000) + "--x--\r\n").encode(), KIND, 413),
        ((part('name="f"; filename=""') + "--x--\r\n").encode(), KIND, 400),
    ],
)
@pytest.mark.parametrize("path", ["/files", "/plain"])
async def test_what_is_no_form_or_too_much_of_one_is_refused(
    taker: Taker, body: bytes, kind: str, status: int, path: str
) -> None:
    refused = {status, 413} if b"filename" in body else {status}
    assert await taker.send(body, kind, path) in refused
    assert taker.kept() == []


@pytest.mark.parametrize(("body", "kind"), [(b"a=%C4%9F&b=", PLAIN), (photo(), "")])
async def test_fields_are_read_in_both_ways(taker: Taker, body: Any, kind: str) -> None:  # noqa: ANN401
    assert await taker.send(body, kind, "/plain") == 200
    assert taker.values["a"] == "ğ"


async def test_files_up_to_the_limit_are_kept(taker: Taker) -> None:
    assert await taker.send(photo(MOST, 3)) == 200
    assert sorted(each.stat().st_size for each in taker.kept()) == [3, MOST]


@pytest.mark.parametrize("sizes", [(MOST + 1,), (3, MOST * 2), (3, 3, 3)])
async def test_one_octet_or_one_file_too_many_keeps_none(
    taker: Taker, sizes: tuple[int, ...]
) -> None:
    assert await taker.send(photo(*sizes)) == 413
    assert taker.kept() == []


async def test_a_file_of_another_kind_that_is_too_long_is_not_read_to_its_end(
    taker: Taker,
) -> None:
    form = FormData()
    form.add_field("files", BytesIO(b"MZ" + b"\0" * MOST * 3), filename="a.jpg")
    assert await taker.send(form) == 413


async def test_a_form_that_takes_no_files_takes_none(taker: Taker) -> None:
    assert await taker.send(photo(3), path="/plain") == 413


async def test_files_that_nobody_takes_over_are_destroyed(taker: Taker) -> None:
    taker.takes = False
    assert await taker.send(photo(3)) == 200
    assert taker.kept() == []


async def test_files_that_are_refused_where_they_belong_are_destroyed(taker: Taker) -> None:
    taker.then = NotValidError("no")
    assert await taker.send(photo(3)) == 422
    assert taker.kept() == []


async def test_when_nobody_knows_whether_a_row_names_them_they_stay(taker: Taker) -> None:
    taker.then = StoreError("the commit was not answered")
    assert await taker.send(photo(3)) == 503
    assert len(taker.kept()) == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("..\\..\\boot.txt", "boot.txt"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("a\u202egpj.txt", "agpj.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
    ],
)
async def test_a_file_keeps_its_name_alone(taker: Taker, given: str, kept: str) -> None:
    quoted = given.replace("\\", "\\\\")
    body = part(f'name="files"; filename="{quoted}"', "x") + "--x--\r\n"
    async with taker.client.post(
        "/files", data=body.encode(), headers={"Content-Type": KIND}
    ) as answer:
        assert await answer.text() == f"{kept} text/plain"
