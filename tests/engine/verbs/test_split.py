"""`split` told as call scripts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ivr.engine.verbs.split import SplitFields
from tests.engine.small import small_book
from tests.fakes.call_script import CallScript

NODES = """
  start:
    - split: {one: 20, two: 80}
      by: =default(call.ani, call.id)
  one:
    - hangup: bye
  two:
    - split: {one: 100}
"""


@pytest.mark.unmeasured
def test_callers_are_shared_out_by_the_hash_of_what_tells_them_apart() -> None:
    book = small_book(NODES)
    ones = 0
    for number in range(400):
        first = CallScript(book).ring(ani=f"+90532{number:07}")
        again = CallScript(book).ring(ani=f"+90532{number:07}")
        assert first.noted("split")[0] == again.noted("split")[0]
        ones += first.noted("split")[0]["branch"] == "one"
    assert 50 < ones < 110


def test_a_share_of_everything_takes_everybody() -> None:
    script = CallScript(small_book("  start:\n    - split: {one: 100}\n  one:\n    - hangup: bye"))
    script.ring()
    assert script.noted("split") == [{"branch": "one"}]


def test_shares_are_whole_numbers() -> None:
    assert SplitFields.model_validate({"split": {"one": "20", "two": 80}}).split == {
        "one": 20,
        "two": 80,
    }
    with pytest.raises(ValidationError, match="not a share"):
        SplitFields.model_validate({"split": {"one": "some"}})
