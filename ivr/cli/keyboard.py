"""Standard input as lines that a command waits for: a keyboard, a pipe or a file."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def keyboard() -> AsyncIterator[asyncio.StreamReader]:
    """Standard input; left as it was found, so that the shell after us can read it."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    mode = os.fstat(sys.stdin.fileno()).st_mode
    if not (sys.stdin.isatty() or stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        # A loop cannot wait for a file or for /dev/null, nor need it.
        reader.feed_data(sys.stdin.buffer.read())
        reader.feed_eof()
        yield reader
        return
    pipe = os.fdopen(os.dup(sys.stdin.fileno()))
    transport, _protocol = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        yield reader
    finally:
        transport.close()
        os.set_blocking(sys.stdin.fileno(), True)  # the copy shares this, and may be closed by now
