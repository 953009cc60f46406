"""Names of files of ours: random, 32 hexadecimal digits, and nothing else is ever looked for."""

from __future__ import annotations

import re
import secrets
from typing import Final

from ivr.domain.errors import NotFoundError

_NAME: Final = re.compile(r"[0-9a-f]{32}")


def fresh_name() -> str:
    """A new one; it says nothing, and nobody can guess it."""
    return secrets.token_hex(16)


def is_name(text: str) -> bool:
    """Whether it is one."""
    return _NAME.fullmatch(text) is not None


def name_in(uri: str, scheme: str) -> str:
    """The name in an address `SCHEME:NAME`. Raises NotFoundError if it is none of ours."""
    name = uri.removeprefix(scheme)
    if not uri.startswith(scheme) or not is_name(name):
        raise NotFoundError("this is the address of no file of ours")
    return name


def place_of(name: str) -> list[str]:
    """The folders to its file, and the file: `ab/abcdef...`."""
    return [name[:2], name]
