"""Forms are read with a bound on everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.help.conftest import Visitor

FORM = "/form/billing.form"
KIND = "multipart/form-data; boundary=x"


def part(head: str, body: str = "v") -> str:
    """A part of a form."""
    return f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"a=1", "text/plain", 415),
        (b"\xff=\xff", "application/x-www-form-urlencoded", 400),
        (b"&".join([b"a=1"] * 100), "application/x-www-form-urlencoded", 400),
        (b"a=" + b"x" * 300_000, "application/x-www-form-urlencoded", 413),
        (b"no parts", KIND, 400),
        (part('name="a"').encode(), "multipart/form-data", 400),
        ((part('name="a"') * 61 + "--x--\r\n").encode(), KIND, 400),
        ((part('name="a"', "x" * 70_000) + "--x--\r\n").encode(), KIND, 413),
    ],
)
async def test_what_is_no_form_or_too_much_of_one_is_refused(
    visitor: Visitor, body: bytes, kind: str, status: int
) -> None:
    await visitor.raw(FORM, body, kind)
    assert visitor.status == status


async def test_a_file_keeps_its_name_alone(visitor: Visitor) -> None:
    await visitor.get(FORM)
    fields = {"token": visitor.token, "email": "ali@example.com", "c.invoice_no": "1234567890"}
    body = "".join(part(f'name="{name}"', value) for name, value in fields.items())
    body += part('name="files"; filename="..\\\\..\\\\boot.ini"', "x")
    body += part('name="files"; filename=""', "") + "--x--\r\n"
    await visitor.raw(FORM, body.encode(), KIND)
    assert visitor.status == 200
    [file] = await visitor.pool.rows("attachment")
    assert file["filename"] == "boot.ini"
    assert file["mime"] == "application/octet-stream"


async def test_the_status_page_takes_no_files(visitor: Visitor) -> None:
    await visitor.get("/status")
    await visitor.send("/status", (b"x",), number="1", factor="0777")
    assert visitor.status == 413
