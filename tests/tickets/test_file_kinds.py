"""A file is what its first octets say, and only what the house takes comes in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.file_kinds import KINDS, USUAL, FileKindError, ending_of, judge

HEADS = {
    b"\xff\xd8\xff\xe0\x00\x10JFIF": {"jpg", "jpeg"},
    b"\x89PNG\r\n\x1a\n\x00": {"png"},
    b"GIF89a\x01\x00": {"gif"},
    b"RIFF\x10\x00\x00\x00WEBPVP8 ": {"webp"},
    b"RIFF\x10\x00\x00\x00WAVEfmt ": {"wav"},
    b"\x00\x00\x00\x18ftypheic\x00": {"heic", "heif", "mp4", "m4v", "mov", "3gp", "m4a"},
    b"%PDF-1.7\n%\x00\xe2": {"pdf"},
    b"\x1a\x45\xdf\xa3\x9f": {"webm"},
    b"ID3\x04\x00\x00": {"mp3"},
    b"\xff\xfb\x90\x00": {"mp3"},
    b"OggS\x00\x02": {"ogg", "opus"},
    b"#!AMR\n\x3c\x00": {"amr"},
    b"PK\x03\x04\x14\x00": {"docx", "xlsx", "pptx", "odt", "ods", "odp", "zip"},
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00": {"doc", "xls", "ppt", "msg"},
    "Sayın yetkili,\r\n\tkartım çalındı".encode(): {"txt", "csv", "eml"},
    b"{\\rtf1\\ansi}": {"rtf", "txt", "csv", "eml"},
    b"\x7fELF\x02\x01\x01\x00": set(),
    b"MZ\x90\x00\x03\x00": set(),
    b"  \r\n<!DOCTYPE html><script>alert(1)</script>": set(),
    b"\xef\xbb\xbf<SVG onload=alert(1)>": set(),
    b"<?xml version='1.0'?><svg/>": set(),
}


def takes(name: str, head: bytes, taken: frozenset[str] = frozenset(KINDS)) -> bool:
    """Whether it comes in."""
    try:
        judge(name, head, taken)
    except FileKindError:
        return False
    return True


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head[:16].hex())
def test_each_beginning_passes_for_its_own_endings_alone(head: bytes) -> None:
    assert {ending for ending in KINDS if takes(f"a.{ending}", head)} == HEADS[head]


def test_every_kind_has_a_beginning_that_is_taken() -> None:
    assert set().union(*HEADS.values()) == set(KINDS)


def test_the_media_type_is_that_of_the_ending_in_small_letters() -> None:
    assert judge("Foto.JPG", b"\xff\xd8\xff", USUAL) == "image/jpeg"


@pytest.mark.parametrize("name", ["", "foto", ".jpg", "a.", "a.exe", "a.html", "a.svg", "a.jpg.js"])
def test_what_has_no_ending_or_a_strange_one_stays_outside(name: str) -> None:
    assert not takes(name, b"\xff\xd8\xff")


def test_only_the_endings_of_the_house_are_taken() -> None:
    assert not takes("a.png", b"\x89PNG\r\n\x1a\n", frozenset({"jpg"}))
    assert not takes("a.zip", b"PK\x03\x04", USUAL)
    with pytest.raises(FileKindError, match=r"kind \.png"):
        judge("a.png", b"", frozenset({"jpg"}))


@given(st.text(max_size=30), st.binary(max_size=600))
def test_any_name_and_any_octets_are_judged(name: str, head: bytes) -> None:
    assert takes(name, head) in {True, False}
    assert ending_of(name) == ending_of(name).lower()
