"""The parts of a mail: text, HTML, files."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from ivr.cti.mail.cautious import taken_apart
from ivr.cti.mail.parts import FILE_BYTES, LARGE, MOST_FILES, Content, Piece, content_of
from ivr.runtime.ports.mail import MailFile


def content(message: EmailMessage | bytes) -> Content:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    return content_of(taken_apart(raw)[0])


def written(text: str = "Merhaba ığş\n") -> EmailMessage:
    message = EmailMessage()
    message.set_content(text)
    return message


def test_both_forms_of_a_text_are_kept() -> None:
    message = written()
    message.add_alternative("<p>Merhaba ığş</p>", subtype="html")
    assert content(message).pieces == [Piece("Merhaba ığş\n", "<p>Merhaba ığş</p>\n")]


def test_texts_beside_each_other_are_pieces_in_order() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>a</p>\r\n"
        b"--b\r\n\r\nfooter\r\n--b--\r\n"
    )
    assert content(raw).pieces == [Piece(html="<p>a</p>"), Piece(plain="footer")]


def test_files_keep_their_names_types_and_octets() -> None:
    message = written()
    message.add_attachment(
        b"%PDF", maintype="application", subtype="pdf", filename="Şikâyet dilekçesi.pdf"
    )
    message.add_attachment("a;b\n", subtype="csv", filename="a.csv")
    found = content(message)
    assert found.files[0] == MailFile("Şikâyet dilekçesi.pdf", "application/pdf", b"%PDF")
    assert found.files[1].content == b"a;b\n"
    assert found.pieces == [Piece("Merhaba ığş\n")]


def test_pictures_inside_the_html_keep_their_mark() -> None:
    message = written()
    message.add_alternative('<img src="cid:logo">', subtype="html")
    html = message.get_body(("html",))
    assert html is not None
    html.add_related(b"GIF", maintype="image", subtype="gif", cid="<logo>")
    found = content(message)
    assert found.pieces[0].html.startswith("<img")
    assert [(one.cid, one.name) for one in found.files] == [("logo", "file-1")]


@pytest.mark.parametrize(
    ("written_name", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\a\\b.exe", "C_a_b.exe"),
        ("fatura\u202egpj.exe", "faturagpj.exe"),
        ("a\r\n b.txt", "a b.txt"),
        ("=?utf-8?q?=C5=9Fikayet.pdf?=", "şikayet.pdf"),
        ("...", "file-1"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
    ],
)
def test_a_name_leads_nowhere_and_hides_nothing(written_name: str, name: str) -> None:
    raw = (
        b"Content-Type: application/x\r\nContent-Disposition: attachment;\r\n"
        b' filename="' + written_name.replace("\\", "\\\\").encode() + b'"\r\n\r\nx'
    )
    assert content(raw).files[0].name == name


def test_a_mail_inside_a_mail_is_a_file() -> None:
    inner = written("iç\n")
    inner["Subject"] = "İç"
    inner.add_attachment(b"x" * 100, maintype="application", subtype="zip", filename="a.zip")
    message = written()
    message.add_attachment(inner)
    found = content(message)
    assert found.pieces == [Piece("Merhaba ığş\n")]
    [file] = found.files
    assert file.content_type == "message/rfc822"
    assert file.name == "file-1.eml"
    assert b"a.zip" in file.content


def test_a_report_of_a_mail_server_is_a_file() -> None:
    raw = (
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\n\r\nNot delivered\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        b"Status: 5.1.1\r\n--b--\r\n"
    )
    found = content(raw)
    assert found.pieces == [Piece("Not delivered")]
    assert b"Status: 5.1.1" in found.files[0].content


def test_25_mb_of_files_are_kept_and_the_rest_is_named() -> None:
    found = Content()
    found.keep(MailFile("a", "x/y", bytes(FILE_BYTES - 10)))
    found.keep(MailFile("b", "x/y", bytes(11)))
    found.keep(MailFile("c", "x/y", bytes(10)))
    assert [one.name for one in found.files] == ["a", "c"]
    assert [(one.name, one.size_bytes, one.reason) for one in found.left_out] == [
        ("b", 11, "more than 25 MB in all")
    ]


def test_a_hundred_files_are_kept() -> None:
    found = Content()
    for number in range(MOST_FILES + 1):
        found.keep(MailFile(str(number), "x/y", b""))
    assert len(found.files) == MOST_FILES
    assert found.left_out[0].reason == "more than 100 files"


@pytest.mark.parametrize("size", [LARGE, LARGE + 1, 2 * LARGE + 2])
def test_large_files_are_read_in_slices_and_whole(size: int) -> None:
    message = written()
    octets = (bytes(range(256)) * (size // 256 + 1))[:size]
    message.add_attachment(octets, maintype="application", subtype="x", filename="a")
    found = content(message)
    assert found.files[0].content == octets
    assert found.defects == set()
    torn = message.as_bytes().replace(b"AAECAwQF", b"AAEC!wQF", 1)
    assert len(content(torn).files[0].content) > size - 100


def test_an_archive_is_never_unpacked() -> None:
    message = written()
    bomb = b"PK\x03\x04" + b"\0" * 1000
    message.add_attachment(bomb, maintype="application", subtype="zip", filename="42.zip")
    assert content(message).files[0].content == bomb


def test_nesting_ends_somewhere() -> None:
    raw = b"x\r\n"
    for level in range(40):
        mark = b"b%d" % level
        raw = (
            b"Content-Type: multipart/mixed; boundary=%b\r\n\r\n--%b\r\n" % (mark, mark)
            + raw
            + b"\r\n--%b--\r\n" % mark
        )
    found = content(raw)
    assert found.pieces == []
    assert "NestedTooDeep" in found.defects
