"""What we ask of the provider by REST: ring somebody up, move a call, hang up, hold in a room.

Source: twilio/twilio-oai, `spec/json/twilio_api_v2010.json`: CreateCall, UpdateCall, FetchCall,
ListConference, UpdateParticipant, FetchRecording, ListCallRecording, DeleteRecording. Errors:
Twilio "Error and warning dictionary" 20404, 20429, 21220 and 21211, 21214, 21217.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import aiohttp

from ivr.channels.twilio.wire.forms import CallStatus, call_status
from ivr.domain.errors import PortError

if TYPE_CHECKING:
    from ivr.runtime.ports import Clock

AT_ONCE = 10
"""Requests that one trunk has under way at most; the others wait for their turn."""
WITHIN_S = 5.0
BUSY_FOR_S = 5.0
"""How long a request is tried again while the provider says that there are too many (20429)."""
BUSY_PAUSE_S = 0.25
AGAIN = 3
"""Tries of a request that may be repeated and whose answer was lost."""
AGAIN_PAUSE_S = 0.3
END_PAUSES_S = (0.5, 1.0, 3.0, 10.0, 30.0, 60.0)
"""How long who cannot be hung up now is left alone, try by try."""
TOO_MANY = 20429
NOT_THERE = frozenset({20404, 21220})
"""Not found; the call is not in progress."""
BASE = "2010-04-01/Accounts"

Pairs: TypeAlias = Sequence[tuple[str, str]]
Said: TypeAlias = tuple[int, Mapping[str, Any]]
Send = Callable[[str, str, Pairs], Awaitable[Said]]
"""Method, path below the account, form -> status and JSON. Raises `LostError`."""
FetchSound = Callable[[str], Awaitable[tuple[int, bytes]]]
"""Path below the account -> status and octets. Raises `LostError`."""
SOUND_WITHIN_S = 30.0
MOST_SOUND = 64 * 1024 * 1024
"""Octets of a recording at most: an hour of one caller."""
DESTROYED = "deleted"
"""Of a recording that was there: so one may be listed for a while that is kept here by now."""
BY_DOCUMENT = (None, "RecordVerb")
"""How a recording was begun that a document has asked for."""
_DICE = SystemRandom()
_LOG = logging.getLogger(__name__)


class RestError(PortError):
    """The provider did not do what it was asked. given: its own code, 0 = it gave none."""

    code: ClassVar[str] = "provider"

    def __init__(self, message: str, given: int = 0) -> None:
        super().__init__(message)
        self.given = given


class GoneError(RestError):
    """The call or room is not there any more: whoever was on it has left."""

    code: ClassVar[str] = "provider-gone"


class RefusedError(RestError):
    """The provider will not do this, however often it is asked (a bad number, no rights)."""

    code: ClassVar[str] = "provider-refused"


class UnauthorizedError(RefusedError):
    """The account does not exist, or its token is wrong: it says nothing about what was asked."""

    code: ClassVar[str] = "provider-unauthorized"


class LostError(RestError):
    """No answer came, or none that says whether it was done."""

    code: ClassVar[str] = "provider-lost"


@dataclass(frozen=True, slots=True)
class NewCall:
    """Somebody to be rung up. url: our page once he answers. status_url: how it gets on.

    machine_url: where we hear that an answering machine has picked up, None = nobody looks for one.
    He is served meanwhile: a person must not wait for the verdict.
    Source: Twilio, "Answering Machine Detection", section on AsyncAmd.
    """

    to: str
    from_: str
    url: str
    status_url: str
    ring_s: int
    fallback_url: str | None = None
    machine_url: str | None = None

    @property
    def form(self) -> Pairs:
        """The fields of CreateCall."""
        events = ("initiated", "ringing", "answered", "completed")
        fallback = (("FallbackUrl", self.fallback_url), ("FallbackMethod", "POST"))
        return (
            ("To", self.to),
            ("From", self.from_),
            ("Url", self.url),
            ("Method", "POST"),
            ("Timeout", str(self.ring_s)),
            ("StatusCallback", self.status_url),
            ("StatusCallbackMethod", "POST"),
            *(("StatusCallbackEvent", event) for event in events),
            *((name, value) for name, value in fallback if self.fallback_url and value),
            *(self._detection(self.machine_url) if self.machine_url else ()),
        )

    def _detection(self, url: str) -> Pairs:
        return (
            ("MachineDetection", "Enable"),
            ("AsyncAmd", "true"),
            ("AsyncAmdStatusCallback", url),
            ("AsyncAmdStatusCallbackMethod", "POST"),
        )


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as the provider knows it. status: its word. seconds: None = it does not say."""

    sid: str
    status: str
    seconds: float | None = None

    @property
    def is_there(self) -> bool:
        """Whether its sound can be had."""
        return self.status == "completed"

    @property
    def is_nothing(self) -> bool:
        """Whether its sound never comes: too short, silent, failed or destroyed."""
        return self.status in {"absent", "failed", DESTROYED}


class Rest:
    """The REST interface of one account. clock: for the pauses between two tries."""

    def __init__(self, send: Send, clock: Clock, sound: FetchSound | None = None) -> None:
        """sound: how files get here, None = not at all."""
        self._send = send
        self.fetch_sound = sound
        self._clock = clock
        self._places = asyncio.Semaphore(AT_ONCE)

    async def create(self, call: NewCall) -> str:
        """Ring somebody up; the provider's name of the call. Never sent twice: see `LostError`."""
        said = await self._asked("POST", "Calls.json", call.form, repeat=False)
        sid = said.get("sid")
        if not isinstance(sid, str) or not sid:
            raise LostError("a call without a name")
        return sid

    async def create_text(self, form: Pairs) -> str:
        """Send a text message; the provider's name of it. Never sent twice: see `LostError`."""
        said = await self._asked("POST", "Messages.json", form, repeat=False)
        sid = said.get("sid")
        if not isinstance(sid, str) or not sid:
            raise LostError("a message without a name")
        return sid

    async def texts_to(self, number: str) -> Mapping[str, Any]:
        """The newest messages to a number."""
        return await self._asked("GET", "Messages.json", (("To", number), ("PageSize", "50")))

    async def move(self, sid: str, url: str) -> None:
        """Let a call go on with the document at this URL, whatever it is doing."""
        await self._asked("POST", f"Calls/{sid}.json", (("Url", url), ("Method", "POST")))

    async def end(self, sid: str, *, ringing: bool = False) -> None:
        """Hang up. ringing: only if nobody has answered yet."""
        status = CallStatus.CANCELED if ringing else CallStatus.COMPLETED
        await self._asked("POST", f"Calls/{sid}.json", (("Status", status),))

    async def end_surely(self, sid: str, *, ringing: bool = False) -> None:
        """As `end`, and once more while it fails: nobody is left alone in a room for ever."""
        for pause_s in END_PAUSES_S:
            try:
                await self.end(sid, ringing=ringing)
            except GoneError:
                return
            except RestError as error:
                _LOG.warning("leg_not_hung_up", extra={"facts": {"reason": str(error)}})
                await self._pause(pause_s)
            else:
                return

    async def status(self, sid: str) -> CallStatus | None:
        """How far a call is; None for a word that we do not know."""
        said = await self._asked("GET", f"Calls/{sid}.json", ())
        return call_status(str(said.get("status", "")))

    async def goes_on(self, sid: str) -> bool:
        """Whether a call is not over, as far as anybody says."""
        try:
            status = await self.status(sid)
        except GoneError:
            return False
        except RestError:
            return True
        return status is None or status.cause is None

    async def recording(self, sid: str) -> Recording:
        """How far a recording is. Raises `GoneError`."""
        return _recording(await self._asked("GET", f"Recordings/{sid}.json", ()), sid)

    async def recordings_of(self, call: str) -> Sequence[Recording]:
        """Those of a call that our documents have asked for, the newest first. Raises `GoneError`.

        Who records all calls of his account finds his own in the list as well.
        """
        said = await self._asked("GET", f"Calls/{call}/Recordings.json", (("PageSize", "50"),))
        listed = [one for one in said.get("recordings") or () if one.get("source") in BY_DOCUMENT]
        listed.sort(key=_made_at, reverse=True)
        return [_recording(one, str(one.get("sid", ""))) for one in listed]

    async def sound(self, sid: str) -> bytes:
        """The WAV file of a recording. Raises `GoneError`, `LostError`."""
        if self.fetch_sound is None:
            raise LostError("no way to fetch sound")
        async with self._places:
            status, content = await self.fetch_sound(f"Recordings/{sid}.wav")
        if status == 404:
            raise GoneError(sid)
        if status != 200 or not content:
            raise LostError(f"recording: {status}")
        return content

    async def drop_recording(self, sid: str) -> None:
        """Have the provider destroy it; nothing if it is gone."""
        try:
            await self._asked("DELETE", f"Recordings/{sid}.json", ())
        except GoneError:
            return

    async def room(self, name: str) -> str:
        """The provider's name of the room that goes on under our name. Raises `GoneError`."""
        wanted = (("FriendlyName", name), ("Status", "in-progress"))
        said = await self._asked("GET", "Conferences.json", wanted)
        for room in said.get("conferences", ()):
            return str(room["sid"])
        raise GoneError(f"no room {name}")

    async def sit(self, room: str, sid: str, changes: Pairs) -> None:
        """Change what somebody does in a room."""
        await self._asked("POST", f"Conferences/{room}/Participants/{sid}.json", changes)

    async def _asked(
        self, method: str, path: str, form: Pairs, *, repeat: bool = True
    ) -> Mapping[str, Any]:
        """One request and its answer. repeat: doing it twice is the same as doing it once."""
        for attempt in range(1, AGAIN + 1):
            try:
                return await self._patiently(method, path, form)
            except LostError:
                if not repeat or attempt == AGAIN:
                    raise
            await self._pause(AGAIN_PAUSE_S * attempt)
        raise LostError(path)

    async def _patiently(self, method: str, path: str, form: Pairs) -> Mapping[str, Any]:
        """While the provider has too much to do, ask again a little later."""
        until = self._clock.now() + timedelta(seconds=BUSY_FOR_S)
        pause_s = BUSY_PAUSE_S
        while True:
            async with self._places:
                status, said = await self._send(method, path, form)
            if status != 429:
                return _judged(status, said, path)
            pause_s *= 2
            wait_s = _DICE.uniform(pause_s / 2, pause_s)
            if self._clock.now() + timedelta(seconds=wait_s) > until:
                raise RefusedError(f"{path}: too many requests", TOO_MANY)
            await self._pause(wait_s)

    async def _pause(self, seconds: float) -> None:
        await self._clock.sleep_until(self._clock.now() + timedelta(seconds=seconds))


def _recording(said: Mapping[str, Any], sid: str) -> Recording:
    length = str(said.get("duration"))
    seconds = float(length) if length.isdecimal() else None
    return Recording(sid, str(said.get("status", "")), seconds)


def _made_at(said: Mapping[str, Any]) -> float:
    """When a recording was begun, in seconds since 1970; what says nothing is the oldest."""
    try:
        return parsedate_to_datetime(str(said.get("date_created"))).timestamp()
    except ValueError:
        return 0.0


def _judged(status: int, said: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    if 200 <= status < 300:
        return said
    code = said.get("code")
    given = code if isinstance(code, int) else 0
    if status == 404 or code in NOT_THERE:
        raise GoneError(f"{path}: {status} {code}", given)
    if status >= 500:
        raise LostError(f"{path}: {status}", given)
    kind = UnauthorizedError if status == 401 else RefusedError
    raise kind(f"{path}: {status} {code}", given)


class Line:
    """HTTP to the provider. The connection is opened when it is first needed."""

    def __init__(self, api_base: str, account: str, token: str) -> None:
        self._base = f"{api_base.rstrip('/')}/{BASE}/{account}"
        self._headers = {"Authorization": aiohttp.encode_basic_auth(account, token)}
        self._session: aiohttp.ClientSession | None = None

    async def send(self, method: str, path: str, form: Pairs) -> Said:
        """Implements `Send`."""
        url, asks = f"{self._base}/{path}", list(form) if method == "GET" else None
        tells = aiohttp.FormData(form) if method == "POST" else None
        try:
            async with self._opened().request(method, url, params=asks, data=tells) as response:
                return response.status, await _json(response)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise LostError(f"{path}: {type(error).__name__}") from error

    async def sound(self, path: str) -> tuple[int, bytes]:
        """Implements `FetchSound`."""
        limit = aiohttp.ClientTimeout(total=SOUND_WITHIN_S)
        content = bytearray()
        try:
            async with self._opened().get(f"{self._base}/{path}", timeout=limit) as response:
                async for piece in response.content.iter_chunked(65536):
                    content += piece
                    if len(content) > MOST_SOUND:
                        raise LostError(f"{path}: too long")
                return response.status, bytes(content)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise LostError(f"{path}: {type(error).__name__}") from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=WITHIN_S)
            self._session = aiohttp.ClientSession(headers=self._headers, timeout=timeout)
        return self._session

    async def close(self) -> None:
        """Let go of the connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


async def _json(response: aiohttp.ClientResponse) -> Mapping[str, Any]:
    """What was said; nothing if it is no JSON object."""
    try:
        said = await response.json(content_type=None)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
