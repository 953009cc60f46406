"""Files come onto a ticket with what is said, from who may say something there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.file_desk import file_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.file_desk import FileDesk
    from tests.fakes.ticket_door import TicketDoor


@pytest.fixture
async def desk(house: TicketDoor, tmp_path: Path) -> AsyncIterator[FileDesk]:
    async with file_desk(house, tmp_path / "files") as made:
        yield made


Files = tuple[tuple[str, bytes], ...]
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 300_000


async def test_words_and_files_are_one_article(desk: FileDesk) -> None:
    number = (await desk.house.ticket(category="card"))["number"]
    files = (("foto ğ.jpg", JPEG), ("not.txt", b"Merhaba"))
    status, body = await desk.put(number, *files, kind="reply", body="Ekte")
    article = body["article"]
    assert (status, article["kind"], article["body"], article["author"]) == (
        201,
        "reply",
        "Ekte",
        "ayse",
    )
    [photo, text] = article["files"]
    assert (photo["filename"], photo["mime"], photo["size_bytes"]) == (
        "foto ğ.jpg",
        "image/jpeg",  # as its octets say, not as the sender does
        len(JPEG),
    )
    status, content, headers = await desk.get(f"/tickets/{number}/files/{photo['id']}")
    assert (status, content) == (200, JPEG)
    assert headers["Content-Disposition"].startswith("attachment;")
    _status, _content, headers = await desk.get(f"/tickets/{number}/files/{text['id']}")
    assert headers["Content-Type"] == "application/octet-stream"


async def test_files_alone_are_a_note(desk: FileDesk) -> None:
    number = (await desk.house.ticket(category="card"))["number"]
    status, body = await desk.put(number, ("a.jpg", JPEG))
    assert (status, body["article"]["kind"], body["article"]["internal"]) == (201, "note", True)


async def test_a_repeat_with_the_same_key_adds_nothing(desk: FileDesk) -> None:
    number = (await desk.house.ticket(category="card"))["number"]
    one, two = [await desk.put(number, ("a.jpg", JPEG), key="k1") for _ in range(2)]
    assert (one[0], two[0], one[1]["article"]["id"]) == (201, 200, two[1]["article"]["id"])
    assert len(desk.kept()) == 1


@pytest.mark.parametrize(
    ("files", "said", "status", "code"),
    [
        ((), {}, 422, "not-valid"),
        ((("a.jpg", b"<script>"),), {}, 422, "file-kind"),
        ((("a.html", b"<script>"),), {}, 422, "file-kind"),
        ((("a.jpg", JPEG * 4),), {}, 413, "too-large"),
        ((("a.jpg", JPEG),) * 3, {}, 413, "too-large"),
        ((("a.jpg", JPEG),), {"kind": "spell"}, 422, "not-valid"),
        ((("a.jpg", JPEG),), {"interaction": "0" * 26}, 422, "not-valid"),
    ],
)
async def test_what_is_refused_leaves_nothing_behind(
    desk: FileDesk,
    files: tuple[tuple[str, bytes], ...],
    said: dict[str, str],
    status: int,
    code: str,
) -> None:
    number = (await desk.house.ticket(category="card"))["number"]
    answer = await desk.put(number, *files, **said)
    assert (answer[0], answer[1]["code"]) == (status, code)
    assert desk.kept() == []
    assert await desk.pool.tickets.articles(number) == []


@pytest.mark.parametrize(("who", "status"), [("ali", 404), ("kemal", 403), ("nobody", 401)])
async def test_only_who_may_add_to_a_ticket_may_send_files(
    desk: FileDesk, who: str, status: int
) -> None:
    number = (await desk.house.ticket(category="card"))["number"]
    assert (await desk.put(number, ("a.jpg", JPEG), who=who))[0] == status
    assert desk.kept() == []
