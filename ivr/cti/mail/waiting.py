"""Waiting for a mail server in a thread of its own.

Decision: a daemon thread for each question in place of `asyncio.to_thread`. Context: a server that
hangs holds a thread for 20 s; the shared pool of a small machine has six, which others need, and a
stopping process waits for all of them. Price: 0.1 ms per question. 2026-11.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the question returns or raises. Whoever is cancelled here does not wait for its end."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if answer.done():
            return
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def work() -> None:
        result, failed = None, None
        try:
            result = question(*args, **kwargs)
        except BaseException as error:  # raised where it is waited for
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop is gone: nobody wants to know
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=work, name="mail", daemon=True).start()
    return await answer
