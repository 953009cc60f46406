"""Pages escape what they are given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.web.help.markup import alert, attributes, choice, field, page, text_area, text_input


@given(st.text(max_size=40))
def test_no_value_becomes_markup(text: str) -> None:
    made = (
        text_input("a", text)
        + text_area("a", text, most=9)
        + alert(text)
        + field("a", text, "", mistake=text, optional=text)
        + choice("a", [(text, text)], text)
    )
    for mark in ("<script", "<b>", "onload="):
        assert (mark in made) is False or mark in text.replace("<", "")
    assert made.count("<input") == 1


def test_an_attribute_is_there_alone_or_not_at_all() -> None:
    assert attributes({"a": True, "b": None, "c": '"<'}) == ' a c="&quot;&lt;"'


def test_a_page_names_its_language_and_the_other_one() -> None:
    text = page("en", "<Help>", "<p>x</p>", status=404)
    assert text.status == 404
    assert text.text is not None
    assert '<html lang="en">' in text.text
    assert 'href="?lang=tr"' in text.text
    assert "&lt;Help&gt;" in text.text
