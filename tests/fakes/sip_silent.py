"""Prompts without a voice: silence of their length, so that calls need no speech engine.

Lengths are those that flow tests count with, shortened alike, so that what comes first still does.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from ivr.channels.sip import provider
from ivr.media.g711 import SILENT_FRAME
from ivr.runtime.speech.shelf import Sound
from tests.fakes.sip_served import SipServed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ivr.channels.sip.works import Talk
    from ivr.domain.call import Prompt
    from tests.fakes.sip_phone import Dialog

FRAMES_PER_S = 50


class SilentSounds:
    """Implements what a house needs of `Sounds`. share: of its length that a prompt lasts."""

    def __init__(self, folder: Path, share: float, *_parts: object) -> None:
        self._folder = folder
        self._share = share

    def ready(self, prompt: Prompt) -> Sound:
        """Always there."""
        frames = max(1, round(prompt.seconds * self._share * FRAMES_PER_S))
        sound = Sound(self._folder / f"silence-{frames}", frames)
        if not sound.alaw.exists():
            sound.alaw.write_bytes(SILENT_FRAME["pcma"] * frames)
            sound.stem.with_suffix(".ulaw").write_bytes(SILENT_FRAME["pcmu"] * frames)
        return sound

    async def sound(self, prompt: Prompt) -> Sound:
        """As `ready`."""
        return self.ready(prompt)

    async def music(self, _files: Sequence[bytes] = ()) -> tuple[Sound, ...]:
        """None: the quiet tones of the worker."""
        return ()

    async def preload(self, _prompts: Sequence[Prompt]) -> None:
        """Nothing is to be made."""


def talk_of(sip: SipServed, dialog: Dialog) -> Talk:
    """The call of the trunk `phones` that a phone has begun, once it was answered."""
    theirs = f"{dialog.call_id};{dialog.from_.partition('tag=')[2]}"
    talks = sip.house.works["phones"].by_ref
    return next(talk for ref, talk in talks.items() if ref.startswith(theirs))


async def start_silently(
    folder: Path,
    changes: Mapping[str, str] | None = None,
    users: Sequence[str] = (),
    share: float = 1 / 3,
) -> SipServed:
    """A whole server in a folder, whose prompts are silence."""
    made = folder / "silence"
    made.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provider, "Sounds", partial(SilentSounds, made, share))
        return await SipServed.start(folder, made, changes, users)
