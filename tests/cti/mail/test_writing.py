"""Mails of ours as octets."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.config.mail import OwnAddress
from ivr.cti.mail.writing import written
from ivr.domain.errors import PortError
from ivr.runtime.memory.clock import START
from ivr.runtime.ports.mail import MailFile, MailOut

US = OwnAddress("Müşteri Hizmetleri <destek@firma.example>")


def mail(**more: object) -> MailOut:
    settings = {"account": "help", "key": "ob.1", "to": "a@b.example", "subject": "s", "text": "t"}
    return MailOut(**{**settings, **more})  # type: ignore[arg-type]


def read_back(one: MailOut) -> tuple[bytes, dict[str, str]]:
    octets = written(one, US, START)[0].as_bytes()
    message = message_from_bytes(octets, policy=policy.default)
    return octets, {name.lower(): str(value) for name, value in message.items()}


def test_letters_of_turkish_survive() -> None:
    subject = "[#260042174] Şikâyetiniz alındı: İade, ığdır, çöğüş " + "uzun " * 20
    octets, headers = read_back(mail(subject=subject, text="Sayın Ayşe Hanım,\nİyi günler.\n"))
    assert octets.isascii()
    assert headers["subject"] == subject.strip() or headers["subject"] == subject
    assert headers["from"] == "Müşteri Hizmetleri <destek@firma.example>"
    assert max(map(len, octets.splitlines())) <= 78 + 20
    body = message_from_bytes(octets, policy=policy.default).get_content()
    assert body.replace("\r\n", "\n") == "Sayın Ayşe Hanım,\nİyi günler.\n"


def test_a_mail_has_an_id_of_ours_the_same_each_time() -> None:
    first, second = written(mail(), US, START), written(mail(), US, START)
    assert first[1] == second[1] == "ivr.ob.1@firma.example"
    assert read_back(mail())[1]["message-id"] == "<ivr.ob.1@firma.example>"


def test_an_answer_names_the_mails_before_it() -> None:
    long_id = "x" * 200 + "@mail.example"
    octets, headers = read_back(mail(in_reply_to="c@x", references=["a@x", long_id]))
    assert headers["in-reply-to"] == "<c@x>"
    assert headers["references"].split() == ["<a@x>", f"<{long_id}>", "<c@x>"]
    assert f"<{long_id}>".encode() in octets


def test_a_long_conversation_keeps_its_first_and_its_last_mails() -> None:
    found = read_back(mail(references=[f"{n}@x" for n in range(50)], in_reply_to="z@x"))[1]
    ids = found["references"].split()
    assert (len(ids), ids[0], ids[1], ids[-1]) == (20, "<0@x>", "<32@x>", "<z@x>")


def test_ids_that_are_none_are_left_out() -> None:
    headers = read_back(mail(in_reply_to="a b", references=["", "a>b", "ş@x", "y" * 300]))[1]
    assert "in-reply-to" not in headers
    assert "references" not in headers


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, None),
        ({"automatic": True}, "auto-generated"),
        ({"automatic": True, "in_reply_to": "a@x"}, "auto-replied"),
    ],
)
def test_what_nobody_wrote_says_so(more: dict[str, object], said: str | None) -> None:
    assert read_back(mail(**more))[1].get("auto-submitted") == said


@pytest.mark.parametrize("field", ["to", "subject", "in_reply_to"])
@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y", "a\nb", "a\rb", "a\0b"])
def test_nobody_adds_a_header(field: str, bad: str) -> None:
    with pytest.raises(PortError, match="one line") as caught:
        written(mail(**{field: bad}), US, START)
    assert not caught.value.retryable


@pytest.mark.parametrize(
    "more",
    [{"to": "nobody"}, {"to": ""}, {"key": "a b"}, {"references": ["a\nb"]}, {"to": "a@b, c@d"}],
)
def test_what_cannot_be_written_never_passes(more: dict[str, object]) -> None:
    with pytest.raises(PortError) as caught:
        written(mail(**more), US, START)
    assert not caught.value.retryable


def test_files_and_html_go_with_it() -> None:
    files = [
        MailFile("Özet.pdf", "application/pdf", b"%PDF"),
        MailFile("a.html", "text/html", b"<p>"),
        MailFile("b", "odd", b"1"),
    ]
    octets = written(mail(html="<p>ş</p>", files=files), US, START)[0].as_bytes()
    message = message_from_bytes(octets, policy=policy.default)
    found = [(one.get_filename(), one.get_content_type()) for one in message.iter_attachments()]
    assert found == [
        ("Özet.pdf", "application/pdf"),
        ("a.html", "application/octet-stream"),
        ("b", "application/octet-stream"),
    ]
    body = message.get_body(("html",))
    assert body is not None
    assert body.get_content().strip() == "<p>ş</p>"
    with pytest.raises(PortError):
        written(mail(files=[MailFile("a\nb", "x/y", b"")]), US, START)


@given(st.text(max_size=200), st.text(max_size=300))
def test_every_text_can_be_sent_or_is_refused(subject: str, text: str) -> None:
    try:
        octets = written(mail(subject=subject, text=text), US, START)[0].as_bytes()
    except PortError:
        return
    head = octets.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    names = [line.partition(b":")[0] for line in head.splitlines() if line[:1].isalpha()]
    assert sorted(names)[:1] != [b"Bcc"]
    assert len(names) == len(set(names))
