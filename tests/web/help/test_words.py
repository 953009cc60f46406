"""Every sentence of the public pages is there in both languages."""

from __future__ import annotations

import re
from pathlib import Path

from ivr.web.help import words
from ivr.web.help.words import LANGUAGES, said

FOLDER = Path(words.__file__).parent


def test_every_key_that_is_said_is_there() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.py"))
    keys = set(re.findall(r'said\(\w+(?:\.\w+)*, "([\w-]+)"\)', source))
    assert len(keys) > 10
    for key in sorted(keys):
        assert len({said(language, key) for language in LANGUAGES}) == 2


def test_an_unknown_language_is_the_first_one() -> None:
    assert said("de", "send") == said("tr", "send") == "Gönder"
