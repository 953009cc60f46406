"""Plain text becomes HTML, and nothing in it becomes more than text."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ivr.web.help.prose import prose


def test_paragraphs_lists_headings_and_links() -> None:
    text = "# Returns\nOne\r\ntwo\n\n- a\n- b https://x.example/y?a=1&b=2.\nThree"
    assert prose(text).split("\n") == [
        "<h2>Returns</h2>",
        "<p>One<br>two</p>",
        '<ul><li>a</li><li>b <a href="https://x.example/y?a=1&amp;b=2" rel="nofollow noopener">'
        "https://x.example/y?a=1&amp;b=2</a>.</li></ul>",
        "<p>Three</p>",
    ]
    assert prose("") == ""
    assert prose("#1 choice") == "<p>#1 choice</p>"


def test_markup_stays_text() -> None:
    assert prose("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert 'href="javascript' not in prose('javascript:alert(1) https://x"onclick=1')


@given(st.text(alphabet="<>\"'&a -#\n:/hpst.\t\r", max_size=60))
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    made = prose(text)
    tags = set(re.findall(r"<[^>]*>", made))
    known = re.compile(
        r'</?(?:p|ul|li|h2)>|<br>|</a>|<a href="https?://[^"<>]*" rel="nofollow noopener">'
    )
    assert all(known.fullmatch(tag) for tag in tags), made
