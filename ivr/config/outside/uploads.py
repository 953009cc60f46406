"""Files that people send us through pages: how many, how large, of which kinds.

uploads:
  most_mb: 25
  kinds: [jpg, png, pdf, mp4]
  link: 1h
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ivr.config.fields import Strict, seconds, text_field, whole
from ivr.domain.scalars import nearest
from ivr.tickets.file_kinds import KINDS, USUAL


def _ending(text: str) -> str:
    """An ending that is known; ValueError for another."""
    wanted = text.removeprefix(".").lower()
    if wanted in KINDS:
        return wanted
    near = nearest(wanted, list(KINDS))
    hint = f'; did you mean "{near}"?' if near else f"; there are {', '.join(sorted(KINDS))}"
    raise ValueError(f'"{text}" is no kind of file that can be taken{hint}')


class Uploads(Strict):
    """What is taken of files. Mail is not asked: what comes by mail is kept as it came."""

    most_mb: whole(1, 500) = Field(10, description="The largest file, in MB.")  # type: ignore[valid-type]
    files: whole(1, 20) = Field(5, description="Files that are sent at once, at most.")  # type: ignore[valid-type]
    kinds: tuple[Annotated[str, text_field(_ending)], ...] = Field(
        tuple(sorted(USUAL)),
        description="Endings of the files that are taken; of each its content is looked at, too.",
    )
    link: seconds(86_400) | None = Field(  # type: ignore[valid-type]
        None,
        description="How long a link is good by which a customer sends photos or videos for a "
        "ticket; without it nobody can make such links.",
    )
