"""Calls that are answered and ended at once, at a steady rate, made by sipp.

The scenario is written here: INVITE, 200, ACK, BYE. Times to the answer are those that sipp writes
for each call.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.server import HOST
from benchmarks.table import CannotRunError

SIPP = "sipp"
_GRACE_S = 12.0
_SDP = """v=0
      o=- 1 1 IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 8 101
      a=rtpmap:8 PCMA/8000
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-15"""
_HEAD = """Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:+905321112233@[local_ip]>;tag=[pid]s[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>{to}
      Call-ID: [call_id]
      CSeq: {cseq}
      Contact: <sip:peer@[local_ip]:[local_port]>
      Max-Forwards: 70"""
SCENARIO = f"""<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="set-up">
  <send retrans="500" start_rtd="1"><![CDATA[
      INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
      {_HEAD.format(to="", cseq="1 INVITE")}
      Content-Type: application/sdp
      Content-Length: [len]

      {_SDP}

  ]]></send>
  <recv response="100" optional="true"></recv>
  <recv response="180" optional="true"></recv>
  <recv response="200" rtd="1" rrs="true"></recv>
  <send><![CDATA[
      ACK [next_url] SIP/2.0
      {_HEAD.format(to="[peer_tag_param]", cseq="1 ACK")}
      Content-Length: 0

  ]]></send>
  <send retrans="500"><![CDATA[
      BYE [next_url] SIP/2.0
      {_HEAD.format(to="[peer_tag_param]", cseq="2 BYE")}
      Content-Length: 0

  ]]></send>
  <recv response="200"></recv>
</scenario>
"""


@dataclass(frozen=True, slots=True)
class Signals:
    """What came of one rate. failed: calls without a good end; again: requests sent again."""

    calls: int
    failed: int
    again: int
    answers_ms: tuple[float, ...]

    def percentile_ms(self, share: float) -> float:
        """Within this time came this share of the answers."""
        return self.answers_ms[min(len(self.answers_ms) - 1, int(share * len(self.answers_ms)))]


def there() -> bool:
    """Whether sipp is installed."""
    return shutil.which(SIPP) is not None


def signals(server: int, called: str, rate: int, seconds: float) -> Signals:
    """So many calls a second to a name there. Raises CannotRunError if sipp breaks."""
    calls = int(rate * seconds)
    with tempfile.TemporaryDirectory(prefix="ivr-sipp-") as name:
        folder = Path(name)
        (folder / "setup.xml").write_text(SCENARIO)
        arguments = [
            *(SIPP, f"{HOST}:{server}", "-sf", "setup.xml", "-s", called, "-i", HOST),
            *("-m", str(calls), "-r", str(rate), "-l", "10000", "-rtp_echo", "-nostdin"),
            *("-trace_rtt", "-rtt_freq", "1", "-trace_stat", "-fd", "1"),
            *("-buff_size", "1048576", "-timeout", f"{seconds + _GRACE_S:.0f}s"),
        ]
        done = subprocess.run(  # noqa: S603 - fixed words
            arguments, cwd=folder, capture_output=True, text=True, check=False
        )
        return _read(folder, calls, done.stderr)


def _read(folder: Path, calls: int, said: str) -> Signals:
    stat, rtt = next(folder.glob("*_.csv"), None), next(folder.glob("*_rtt.csv"), None)
    if stat is None or rtt is None:
        raise CannotRunError(f"sipp wrote no figures: {said[-500:]}")
    last = list(csv.DictReader(stat.read_text().splitlines(), delimiter=";"))[-1]
    rows = csv.DictReader(rtt.read_text().splitlines(), delimiter=";")
    answers = sorted(float(row["response_time_ms"]) for row in rows)
    if not answers:
        raise CannotRunError(f"no call was answered: {said[-500:]}")
    good, again = int(last["SuccessfulCall(C)"]), int(last["Retransmissions(C)"])
    return Signals(calls, calls - good, again, tuple(answers))
