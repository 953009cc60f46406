"""Secrets at rest: each call has its own key, wrapped by a master key and destroyed at its end."""

from __future__ import annotations

import base64
import os
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ivr.domain import call, commands, events, filing, outbound, queue, recording
from ivr.domain.codec import Codec
from ivr.domain.errors import ReplayError
from ivr.engine import state

if TYPE_CHECKING:
    from ivr.runtime.ports import Keys

_NONCE_BYTES = 12
_NONCES = 1 << (8 * _NONCE_BYTES)
"""Nonces count up from a random start: none comes twice in a process, and a call's key is used by
few processes and for few values, so that two of them do not meet either."""
_KEY_BYTES = 32


class MasterKeys:
    """AES-256-GCM under a key per call (NIST SP 800-38D); implements the port `Keys`."""

    def __init__(self, master: bytes) -> None:
        self._master = AESGCM(master)
        self._nonces = count(int.from_bytes(os.urandom(_NONCE_BYTES), "big"))
        self._opened = lru_cache(maxsize=20_000)(self._open)

    def new_key(self) -> bytes:
        """A fresh call key, wrapped: 12 bytes nonce, then the sealed 32 bytes."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._master.encrypt(nonce, os.urandom(_KEY_BYTES), b"call")

    def seal(self, wrapped: bytes, text: str) -> str:
        """Base64 of nonce and ciphertext."""
        nonce = (next(self._nonces) % _NONCES).to_bytes(_NONCE_BYTES, "big")
        sealed = self._opened(wrapped).encrypt(nonce, text.encode(), None)
        return base64.b64encode(nonce + sealed).decode()

    def unseal(self, wrapped: bytes, text: str) -> str:
        """The text; ReplayError if the key is not the one it was sealed with."""
        key = self._opened(wrapped)
        try:
            raw = base64.b64decode(text, validate=True)
            plain = key.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None)
        except (InvalidTag, ValueError) as error:
            raise ReplayError("a sealed value does not open with this call's key") from error
        return plain.decode()

    def lock(self, wrapped: bytes, octets: bytes, about: bytes) -> bytes:
        """12 octets of nonce, then the ciphertext with its tag of 16."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._opened(wrapped).encrypt(nonce, octets, about)

    def unlock(self, wrapped: bytes, octets: bytes, about: bytes) -> bytes:
        """The octets; ReplayError if something of it was changed."""
        try:
            return self._opened(wrapped).decrypt(
                octets[:_NONCE_BYTES], octets[_NONCE_BYTES:], about
            )
        except (InvalidTag, ValueError) as error:
            raise ReplayError("octets do not open with this key") from error

    def _open(self, wrapped: bytes) -> AESGCM:
        try:
            key = self._master.decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], b"call")
        except (InvalidTag, ValueError) as error:
            raise ReplayError("the call key does not open with this server's key file") from error
        return AESGCM(key)


T = TypeVar("T")
_CLASSES = (
    *events.EVENTS,
    *outbound.OUTBOUND,
    outbound.Placed,
    *filing.FILED,
    *recording.RECORDED,
    *commands.COMMANDS,
    *state.CLASSES,
    *(call.Prompt, call.Segment, call.Outcome, call.Result, call.EndedBy, call.Cause),
    *(call.Mode, call.TransferKind, queue.WaitEnd),
)


class CallCodec:
    """One codec for all calls; the key of the call at hand is set for the time of one coding."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._key = b""
        classes = [kind for kind in _CLASSES if kind is not commands.Answer]
        self._codec = Codec(classes, self._seal, self._unseal)

    def dumps(self, value: object, key: bytes) -> str:
        """JSON text, secrets sealed with the call's wrapped key."""
        self._key = key
        return self._codec.dumps(value)

    def loads(self, text: str, key: bytes) -> object:
        """The reverse of `dumps`."""
        self._key = key
        return self._codec.loads(text)

    def loads_as(self, kind: type[T], text: str, key: bytes) -> T:
        """As `loads`, but ReplayError unless the value is a `kind`."""
        self._key = key
        return self._codec.loads_as(kind, text)

    def _seal(self, text: str) -> str:
        return self._keys.seal(self._key, text)

    def _unseal(self, text: str) -> str:
        return self._keys.unseal(self._key, text)
