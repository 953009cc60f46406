"""HTML of strangers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.cti.mail.markup import MOST_LETTERS, Sanitiser, crude_text, text_of, too_much


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p>Merhaba</p><script>alert(1)</script>", "<p>Merhaba</p>"),
        ("<style>p{}</style><b onclick=x>a</b>", "<b>a</b>"),
        ('<a href="javascript:alert(1)">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
        ('<a href=" jAvaScript:alert(1)">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
        ('<a href="cid:1">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
        ('<a href="data:text/html,x">a</a>', '<a rel="noopener noreferrer nofollow">a</a>'),
        (
            '<a href="https://x.example/?a=1&b">a</a>',
            '<a href="https://x.example/?a=1&amp;b" rel="noopener noreferrer nofollow">a</a>',
        ),
        ("<svg><script>x</script></svg>ok", "ok"),
        ("<iframe src='https://x'></iframe>ok", "ok"),
        ("<form action='https://x'><input name=a>ok</form>", "ok"),
        ("<!-- [if mso]><b>x</b><![endif] -->ok", "ok"),
        ("<html><head><title>t</title></head><body>ok</body></html>", "ok"),
        ("<p style='background:url(https://x)'>a</p>", "<p>a</p>"),
        ("<td background='https://x'>a", "a"),
        ("<link rel=stylesheet href='https://x'><meta http-equiv=refresh content='0'>ok", "ok"),
        ("<base href='https://x'>ok", "ok"),
        ("<object data='https://x'>x</object>ok", "ok"),
        ("<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>ok", "ok"),
    ],
)
def test_only_what_is_harmless_stays(html: str, clean: str) -> None:
    assert Sanitiser().clean(html) == clean


def test_remote_images_are_blocked_and_counted() -> None:
    sanitiser = Sanitiser()
    clean = sanitiser.clean(
        '<img src="https://track.example/1.gif" alt=logo><img src=//x><img src="CID:part1">'
        '<img src="http://x" srcset="https://y 2x">'
    )
    assert "example" not in clean
    assert "srcset" not in clean
    assert clean.count("<img") == 4
    assert 'src="CID:part1"' in clean
    assert sanitiser.blocked >= 2


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Bir</p><p>İki</p>", "Bir\n\nİki"),
        ("Bir<br>iki<br><br>üç", "Bir\niki\n\nüç"),
        ("<div>a<div>b</div></div>c", "a\nb\nc"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("Evet<blockquote>a<blockquote>b</blockquote></blockquote>", "Evet\n> a\n> > b"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("  a \n  b  ", "a b"),
        ('<img alt="logo"> x', "logo x"),
        ("", ""),
    ],
)
def test_html_is_read_as_lines(html: str, text: str) -> None:
    assert text_of(html) == text


def test_too_much_html_is_not_cleaned_but_read() -> None:
    assert too_much("<div>" * 20_000)
    assert too_much("a" * (MOST_LETTERS + 1))
    assert not too_much("<p>a</p>")
    assert crude_text("önce<div>a<b >b") == "önce\na\nb"


@given(st.text(alphabet="<>/abip =\"'!-&;scrtonclk:", max_size=200))
def test_whatever_comes_no_script_is_left(html: str) -> None:
    clean = Sanitiser().clean(html)
    assert "<script" not in clean
    assert "onclick" not in clean.partition("<")[2].partition(">")[0]
    assert isinstance(text_of(clean), str)
