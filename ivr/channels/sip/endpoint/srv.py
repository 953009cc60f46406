"""SRV records by dnspython, which comes with the extra `[srv]`.

Source: RFC 2782; dnspython's documentation of `dns.asyncresolver`.
"""

from __future__ import annotations

import dns.asyncresolver
import dns.exception
import dns.resolver
from dns.rdtypes.IN.SRV import SRV

from ivr.channels.sip.endpoint.answers import LOOKUP_S, SrvRecord

NONE_S = 30.0
LONGEST_S = 3_600.0


class DnsSrv:
    """Asks the name servers of this machine, or those of the resolver that is given."""

    def __init__(self, resolver: dns.asyncresolver.Resolver | None = None) -> None:
        """Raises OSError if the machine names no name server."""
        try:
            self._resolver = resolver or dns.asyncresolver.Resolver()
        except dns.exception.DNSException as error:
            raise OSError(str(error)) from error

    async def __call__(self, name: str) -> tuple[tuple[SrvRecord, ...], float]:
        """The records of a service and the seconds they hold; none if there are none.

        Raises OSError if nobody answers within `LOOKUP_S`, or what came is no answer.
        """
        try:
            answer = await self._resolver.resolve(name, "SRV", lifetime=LOOKUP_S, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return (), NONE_S
        except dns.exception.DNSException as error:
            raise OSError(str(error)) from error
        records = [_record(each) for each in answer if isinstance(each, SRV)]
        hold_s = answer.rrset.ttl if answer.rrset else NONE_S
        return tuple(records), float(max(1, min(hold_s, LONGEST_S)))


def _record(found: SRV) -> SrvRecord:
    target = found.target.to_text(omit_final_dot=True)
    return SrvRecord(found.priority, found.weight, target, found.port)
