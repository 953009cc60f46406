"""What an article of the knowledge base may be, who reads it, and what a telephone can say of it.

An article has a slug, and for each language a row of versions: one draft at most, one published at
most, the rest archived. Source: tickets.md section 7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from ivr.domain.errors import IllegalTransitionError

ARTICLE, DOCUMENT, ANNOUNCEMENT = "article", "document", "announcement"
KINDS = (ARTICLE, DOCUMENT, ANNOUNCEMENT)
DRAFT, PUBLISHED, ARCHIVED = "draft", "published", "archived"
STATES = (DRAFT, PUBLISHED, ARCHIVED)
INTERNAL, AGENTS, PUBLIC = "internal", "agents", "public"
VISIBILITIES = (INTERNAL, AGENTS, PUBLIC)
"""internal: whoever leads or checks the work; agents: everybody who works here; public: all."""
SHOWN, HELPFUL, SOLVED, SENT, READ = "shown", "helpful", "solved", "sent", "read"
USES = (SHOWN, HELPFUL, SOLVED, SENT, READ)
"""What an article was used for. shown: told or opened; sent: its link; read: a receipt."""
LETTERS_PER_S = 14
LONGEST_S = 25
MOST_LETTERS = LETTERS_PER_S * LONGEST_S
_SLUG = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_LOCALE = re.compile(r"[a-z]{2,3}")
_UNSPEAKABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f<>{}\[\]|*_#~`^\\]|https?:|www\.")


class ArticleStateError(IllegalTransitionError):
    """The article is in no state in which this can be done."""

    code: ClassVar[str] = "article-state"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever reads. inside: leads or checks the work, so he reads internal ones, too. edits: sees
    drafts and old versions of others. name: "" = a caller or visitor, who reads only public ones.
    """

    name: str = ""
    inside: bool = False
    edits: bool = False

    @property
    def levels(self) -> tuple[str, ...]:
        """The visibilities that he reads."""
        if not self.name:
            return (PUBLIC,)
        return VISIBILITIES if self.inside else (AGENTS, PUBLIC)


VISITOR = Reader()
"""A caller, or somebody on the help pages."""


def slug_problem(slug: str) -> str:
    """What is wrong with a slug, "" = nothing."""
    if len(slug) > 128 or not _SLUG.fullmatch(slug):
        return "slug: small letters a to z, digits and - _ . between them, at most 128"
    return ""


def locale_problem(locale: str) -> str:
    """What is wrong with a language, "" = nothing."""
    return "" if _LOCALE.fullmatch(locale) else "locale: a language of two letters, such as tr"


def spoken_s(text: str) -> float:
    """How long a telephone speaks a text, in seconds, about."""
    return len(" ".join(text.split())) / LETTERS_PER_S


def answer_problem(text: str) -> str:
    """Why a text cannot be said to callers as it stands, "" = it can."""
    if spoken_s(text) > LONGEST_S:
        most = f"{LONGEST_S} s, which is {MOST_LETTERS} characters"
        return f"ivr_answer: takes {spoken_s(text):.0f} s to say; at most {most}"
    found = _UNSPEAKABLE.search(text)
    if found:
        return f"ivr_answer: plain words only, and {found[0]!r} cannot be said"
    return ""


def language_of(locale: str) -> str:
    """`tr` for `tr-TR`."""
    return locale.replace("_", "-").partition("-")[0].lower()
