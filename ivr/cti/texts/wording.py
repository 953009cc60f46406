"""The words of the house for who refuses texts or wants them again, in the language he wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.domain.texting.words import BACK, ENGLISH, OUT, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS: Mapping[tuple[str, str], str] = {
    (OUT, "tr"): "Anket ve tanıtım mesajı almayacaksınız. Yeniden almak için BASLAT yazın.",
    (OUT, "en"): "You will get no more survey or marketing texts. To get them again reply START.",
    (BACK, "tr"): "Yeniden anket mesajı alabilirsiniz. Almamak için IPTAL yazın.",
    (BACK, "en"): "You may get survey texts again. To get none reply STOP.",
}


def confirmation(text: str, wish: str) -> str:
    """What is answered, once. wish: OUT or BACK."""
    words = words_of(text)
    language = "en" if words and words[0] in ENGLISH else "tr"
    return _WORDS[wish, language]
