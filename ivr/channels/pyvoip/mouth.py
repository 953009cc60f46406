"""What is still to be said in one call of pyVoIP; the thread that sends it takes it in frames."""

from __future__ import annotations

from collections import deque
from threading import Lock

from ivr.channels.pyvoip.wire.linear import FRAME_OCTETS, SILENT


class Mouth:
    """A queue of sound, 8-bit unsigned linear: one thread adds, another takes.

    It stands in the place of pyVoIP's own `pmout`, whose sound can never be taken back. taken_at:
    when it was asked last, monotonic seconds; 0 = never.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._left = memoryview(b"")
        self._more: deque[bytes] = deque()
        self.frames = 0

    @property
    def silent(self) -> bool:
        """Whether all was said."""
        return not self._left and not self._more

    def say(self, sound: bytes) -> None:
        """Add sound to what is being said."""
        with self._lock:
            self._more.append(sound)

    def hush(self) -> None:
        """Forget what was not said yet."""
        with self._lock:
            self._more.clear()
            self._left = memoryview(b"")

    def read(self, length: int = FRAME_OCTETS) -> bytes:
        """The next frame, silence where there is no sound left; pyVoIP asks every 20 ms."""
        self.frames += 1
        with self._lock:
            frame = bytes(self._left[:length])
            self._left = self._left[length:]
            while len(frame) < length and self._more:
                sound = memoryview(self._more.popleft())
                lacking = length - len(frame)
                frame += sound[:lacking]
                self._left = sound[lacking:]
        return frame + bytes([SILENT]) * (length - len(frame))
