"""Who vouches for the sender, quickly: the sentence of the reading pane without the whole examination. Pure.

Reads the header alone and asks nothing; own checks are made again only where answers of the DNS are at hand already, for
they hash the whole message. Linear in the size of the header. RFC 8601, RFC 9989.
"""

from __future__ import annotations

from mailclient.mime.headers import HeaderBlock
from mailclient.mime.sender import sender_truth
from mailclient.xray.dns_questions import Resolve
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.results import authentication_results, received_spf
from mailclient.xray.route import examine_route
from mailclient.xray.summary import Summary, summarise
from mailclient.xray.verification import verify


def explain_vouching(
    block: HeaderBlock, own: OwnServers, raw: bytes | None = None, resolve: Resolve | None = None
) -> Summary:
    """Return the summary of a message; ``raw`` and ``resolve`` when it is here whole and was verified before."""
    sender, route = sender_truth(block), examine_route(block, own)
    results = authentication_results(block, route, own)
    results += tuple(spf.as_results for spf in received_spf(block, route))
    checked = verify(raw, block, route, sender, resolve) if raw is not None and resolve is not None else None
    return summarise(sender, route, results, checked, by_list=bool(block.all("List-Id")), own=own)
