"""The requests and answers of a test phone, written by hand."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.sip_hearing import Hearing
from tests.fakes.sip_message import Dialog

if TYPE_CHECKING:
    from tests.fakes.sip_message import Message

_numbers = itertools.count(1000)


def new_number() -> int:
    """A number that no other phone of this run has had."""
    return next(_numbers)


@dataclass(slots=True, eq=False)
class Asking(Hearing):
    """A phone that speaks SIP."""

    @property
    def contact(self) -> str:
        """Where requests of the server reach this phone."""
        way = "" if self.transport == "UDP" else ";transport=tcp"
        return f"sip:{self.user}@{self.host}:{self.sip_port}{way}"

    def sdp(self, *, direction: str = "sendrecv", port: int | None = None, version: int = 1) -> str:
        """Our session: the codecs in `codecs`, keys as events on `event_pt`."""
        lines = [
            "v=0",
            f"o=- 77 {version} IN IP4 {self.host}",
            "s=-",
            f"c=IN IP4 {self.host}",
            "t=0 0",
            f"m=audio {port or self.rtp_port} RTP/AVP {self.codecs}",
        ]
        if str(self.event_pt) in self.codecs.split():
            lines += [
                f"a=rtpmap:{self.event_pt} telephone-event/8000",
                f"a=fmtp:{self.event_pt} 0-15",
            ]
        return "\r\n".join([*lines, f"a={direction}", ""])

    def request(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        dialog: Dialog,
        *,
        body: str = "",
        content: str = "application/sdp",
        extra: str = "",
        cseq: int | None = None,
        branch: str = "",
        uri: str = "",
    ) -> str:
        """A request in or for a dialog, as text; the phone's own Contact is in it."""
        branch = branch or f"z9hG4bK{new_number()}x{self.sip_port}"
        dialog.branch = branch
        number = dialog.cseq if cseq is None else cseq
        lines = [
            f"{method} {uri or dialog.target} SIP/2.0",
            f"Via: SIP/2.0/{self.transport} {self.host}:{self.sip_port};branch={branch};rport",
            "Max-Forwards: 70",
            f"From: {dialog.from_}",
            f"To: {dialog.to}",
            f"Call-ID: {dialog.call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <{self.contact}>",
        ]
        lines += [extra.strip("\r\n")] if extra else []
        lines += [f"Content-Type: {content}"] if body else []
        return "\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body])

    def dialog(self, called: str) -> Dialog:
        """A new dialog towards a called name or number."""
        number = new_number()
        host, port = self.server
        target = f"sip:{called}@{host}:{port}"
        from_ = f"<sip:{self.user}@{self.host}>;tag=f{number}"
        return Dialog(f"c{number}-{self.sip_port}@test", from_, f"<{target}>", target)

    def invite(self, called: str, *, extra: str = "", body: str | None = None) -> Dialog:
        """Send an INVITE."""
        dialog = self.dialog(called)
        text = self.sdp() if body is None else body
        self.send(self.request("INVITE", dialog, body=text, extra=extra))
        return dialog

    async def call(self, called: str, **more: str) -> Dialog:
        """Call, wait for the 200, acknowledge it."""
        dialog = self.invite(called, **more)
        answer = await self.response("INVITE")
        assert answer.status == 200, answer.start
        self.acknowledge(dialog, answer)
        return dialog

    def acknowledge(self, dialog: Dialog, answer: Message, body: str = "") -> None:
        """The ACK to a 200, and what it tells us of the other side."""
        dialog.to = answer["to"]
        contact = re.search(r"<([^>]+)>", answer["contact"])
        assert contact
        dialog.target = contact[1]
        if "m=audio" in answer.body:
            dialog.remote_audio = answer.audio
        self.send(self.request("ACK", dialog, body=body))

    async def bye(self, dialog: Dialog) -> Message:
        """Hang up, and wait for the answer."""
        dialog.cseq += 1
        self.send(self.request("BYE", dialog))
        return await self.response("BYE")

    def reply(
        self,
        request: Message,
        status: int,
        reason: str = "OK",
        *,
        tag: str = "",
        body: str = "",
        extra: str = "",
    ) -> None:
        """Answer a request of the server."""
        to = request["to"] + (f";tag={tag}" if tag and not request.to_tag else "")
        lines = [f"SIP/2.0 {status} {reason}"]
        lines += [f"Via: {via}" for via in request.headers["via"]]
        lines += [f"Record-Route: {route}" for route in request.headers.get("record-route", [])]
        lines += [
            f"From: {request['from']}",
            f"To: {to}",
            f"Call-ID: {request['call-id']}",
            f"CSeq: {request['cseq']}",
            f"Contact: <{self.contact}>",
        ]
        lines += [extra.strip("\r\n")] if extra else []
        lines += ["Content-Type: application/sdp"] if body else []
        self.send("\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]))
