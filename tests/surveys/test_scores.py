"""Which answers are good ones."""

from __future__ import annotations

from ivr.surveys.scores import BEST, is_good


def test_the_upper_answers_of_each_scale_are_good() -> None:
    good = {kind: [n for n in range(most + 1) if is_good(kind, n)] for kind, most in BEST.items()}
    assert good == {"csat": [4, 5], "nps": [7, 8, 9, 10], "ces": [5, 6, 7]}
