"""The line to a Kannel gateway: one request for each text, and what its answer means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

from ivr.domain.texting.states import REFUSED, UNREACHABLE
from ivr.runtime.ports.texts import (
    AGAIN,
    GIVEN_UP,
    LOCKED_OUT,
    UNKNOWN,
    Handed,
    TextFailedError,
)

if TYPE_CHECKING:
    from ivr.channels.kannel.wire.requests import Gateway
    from ivr.runtime.ports.texts import TextRow

WITHIN_S = 10.0
SETTLES_S = 60.0
WAIT_S = 10.0
ACCEPTED = frozenset({200, 202})
OUR_FAULT = frozenset({401, 403})
"""A wrong login says nothing about the text: nothing goes until somebody has mended that."""
MOST_BYTES = 2000


class KannelLine:
    """The port `TextLine`. The gateway cannot be asked what it has: after a lost answer a report
    that the SMS centre took the text settles it, or none within a minute."""

    keyed = False
    settles_s = SETTLES_S

    def __init__(self, gateway: Gateway, url: str) -> None:
        self.name = gateway.trunk
        self.sender = gateway.sender
        self._gateway = gateway
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def send(self, text: TextRow) -> Handed:
        """See the port."""
        status, said = await self._asked(self._gateway.query(text))
        if status in ACCEPTED:
            return Handed("")
        given = f"{status} {said}"[:32]
        if status in OUR_FAULT:
            raise TextFailedError(LOCKED_OUT, REFUSED, given)
        if status >= 500:
            raise TextFailedError(AGAIN, UNREACHABLE, given, WAIT_S)
        raise TextFailedError(GIVEN_UP, REFUSED, given)

    async def look(self, _text: TextRow) -> Handed | None:
        """Nothing has been reported about it, so the gateway has not got it."""
        return None

    async def close(self) -> None:
        """Let go of the connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _asked(self, query: dict[str, str]) -> tuple[int, str]:
        """Status and first line. A connection that was never made has done nothing."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=WITHIN_S)
            self._session = aiohttp.ClientSession(timeout=timeout, trust_env=False)
        try:
            async with self._session.get(
                self._url, params=query, allow_redirects=False, middlewares=(_once,)
            ) as response:
                said = await response.content.read(MOST_BYTES)
        except aiohttp.ClientConnectorError:
            raise TextFailedError(AGAIN, UNREACHABLE, "no connection", WAIT_S) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _lost(error) from None
        return response.status, said.decode("utf-8", "replace").strip()


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """A connection that was cut is never tried again behind our back, as aiohttp does for GET: the
    text may be on its way."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _lost(error) from None


def _lost(error: Exception) -> TextFailedError:
    return TextFailedError(UNKNOWN, UNREACHABLE, type(error).__name__[:32])
