"""One calm sentence for the reading pane: who vouches for the sender. Pure. RFC 8601 section 2.7, RFC 9989 section 5.

Rests on own checks when they were made, else on what the reader's own servers wrote. Never a mark of trust when it is not
clear who the sender is.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mailclient.mime.sender import SenderTruth
from mailclient.xray.arc import ArcVerdict
from mailclient.xray.dkim import DkimVerdict
from mailclient.xray.dmarc import DmarcResult, DmarcVerdict
from mailclient.xray.organisation import a_labels, same_organisation
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.results import AuthenticationResults
from mailclient.xray.route_facts import Route, Trust
from mailclient.xray.verification import Verification

_ASKING: Final = frozenset({"quarantine", "reject"})
"""Policies of owners who want mail that nothing confirms to be treated otherwise."""


class Mark(enum.Enum):
    """What may be shown beside the sentence."""

    CONFIRMED = "confirmed"
    """The domain in From is confirmed."""
    NEUTRAL = "neutral"
    """Nothing for it, nothing against it."""
    DOUBTFUL = "doubtful"
    """The domain in From says itself how its mail is confirmed, and this is not."""
    UNCLEAR = "unclear"
    """It is not clear who the sender is."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentence, and what it rests on."""

    text: str
    mark: Mark
    rests_on: str = ""
    """A sentence for a tooltip."""


def summarise(
    sender: SenderTruth,
    route: Route,
    results: Sequence[AuthenticationResults],
    verification: Verification | None = None,
    *,
    by_list: bool = False,
    own: OwnServers | None = None,
) -> Summary:
    """Return the summary line of a message. ``by_list``: a mailing list says that it sent it on."""
    if sender.ambiguous:
        return Summary("It is not clear who this is from.", Mark.UNCLEAR, sender.warnings[0] if sender.warnings else "")
    domain = a_labels(sender.address.rpartition("@")[2])
    found = _checked(domain, results, verification, by_list=by_list)
    if found is not None:
        return found
    if not route.hops and own is not None and sender.address.lower() in own.all_addresses:
        return Summary("From your own address; it has passed no server.", Mark.NEUTRAL)
    if not route.hops:
        return Summary("No server has written anything about this message.", Mark.NEUTRAL)
    inside = _written_inside(route)
    if inside is not None:
        return inside
    checked = any(field.trusted and field.results for field in results)
    why = (
        "Your server checked and found nothing to go by."
        if checked
        else "Your servers wrote down no check that they made."
    )
    return Summary("Nothing vouches for this sender.", Mark.NEUTRAL, why)


def _checked(
    domain: str, results: Sequence[AuthenticationResults], verification: Verification | None, *, by_list: bool
) -> Summary | None:
    """From own checks where they were made, else from what the reader's servers wrote; None when neither says anything.

    ``domain`` has A-labels: beside a mark no letters stand that look like others. The address above reads as it was written.
    """
    if verification is not None and verification.asked and verification.dmarc is not None:
        found = _from_own(domain, verification, verification.dmarc, by_list=by_list)
        if found is not None:
            return found
    return _from_results(domain, [field for field in results if field.trusted], by_list=by_list)


def _from_own(domain: str, verification: Verification, dmarc: DmarcResult, *, by_list: bool) -> Summary | None:
    why = "Postscope checked this itself."
    signed_by = [one.domain for one in verification.dkim if one.verdict is DkimVerdict.PASS]
    if dmarc.confirmed:
        return Summary(_confirmed(domain, dmarc.aligned_dkim, sent=dmarc.aligned_spf), Mark.CONFIRMED, why)
    if dmarc.verdict is DmarcVerdict.NONE:
        # No record anywhere, so the DNS does not tell the organisation: the list of suffixes does (RFC 7489 section 3.2).
        signers = [signer for signer in signed_by if same_organisation(signer, domain)]
        if signers:
            return Summary(_confirmed(domain, signers, sent=False), Mark.CONFIRMED, why)
    if dmarc.verdict is DmarcVerdict.FAIL:
        asks = dmarc.policy in _ASKING and verification.spf is not None
        passed_on = by_list or verification.arc.verdict is ArcVerdict.PASS
        return _unconfirmed(domain, signed_by, asks=asks, why=why, passed_on=passed_on)
    if signed_by:
        return _unconfirmed(domain, signed_by, asks=False, why=why)
    return None


def _written_inside(route: Route) -> Summary | None:
    """Cron jobs, bounces of one's own server, the printer in the corridor: nobody checks mail that does not come in."""
    first = route.hops[0].hop
    if any(judged.trust is not Trust.OWN for judged in route.hops):
        return None
    if first.authenticated:
        why = "It vouches for whoever signed in, not for the name that was written."
        return Summary(f"Handed in at your own server {first.host}, after signing in.", Mark.NEUTRAL, why)
    if not first.from_name and not first.ip and not first.is_fetching and "network" not in first.remark:
        return Summary(
            f"Written on your own server {first.host}.", Mark.NEUTRAL, "Its lines name nobody who brought it."
        )
    return None


def _from_results(domain: str, fields: Sequence[AuthenticationResults], *, by_list: bool) -> Summary | None:
    if not fields:
        return None
    why = f"So says {fields[0].authserv_id or 'your own server'}."
    results = [result for field in fields for result in field.results]
    passed = [(result.method, a_labels(result.domain)) for result in results if result.result == "pass"]
    signed_by = [signer for method, signer in passed if method == "dkim" and signer]
    # Relaxed alignment (RFC 9989 section 4.4.1); whether the owner wants it strict, only the DNS knows.
    signers = [signer for signer in signed_by if same_organisation(signer, domain)]
    sent = any(method == "spf" and same_organisation(sender, domain) for method, sender in passed)
    confirmed = ("dmarc", domain) in passed
    failed = [result for result in results if result.method == "dmarc" and result.result in {"fail", "hardfail"}]
    if failed and not confirmed:
        asks = any(result.policy in _ASKING or not result.policy for result in failed)
        passed_on = by_list or any(method == "arc" for method, _ in passed)
        return _unconfirmed(domain, signed_by, asks=asks, why=why, passed_on=passed_on)
    if confirmed or signers or sent:
        return Summary(_confirmed(domain, signers, sent=sent), Mark.CONFIRMED, why)
    if signed_by:
        return _unconfirmed(domain, signed_by, asks=False, why=why)
    return None


def _confirmed(domain: str, signers: Sequence[str], *, sent: bool) -> str:
    signer = domain if domain in signers else next(iter(signers), "")
    if signer and sent:
        return f"Signed by {signer}, sent through its servers."
    if signer:
        return f"Signed by {signer}."
    if sent:
        return f"Sent through the servers of {domain}."
    return f"Confirmed by {domain}."


def _unconfirmed(domain: str, signed_by: Sequence[str], *, asks: bool, why: str, passed_on: bool = False) -> Summary:
    """Doubtful only where the owner asks for more and nothing explains it: lists and forwarders break what confirms."""
    mark = Mark.DOUBTFUL if asks and not passed_on else Mark.NEUTRAL
    if signed_by:
        return Summary(f"Signed by {signed_by[0]}, not by {domain}.", mark, why)
    if passed_on:
        return Summary(f"Nothing confirms {domain}; a list or forwarder passed it on.", mark, why)
    return Summary(f"Nothing confirms that this comes from {domain}.", mark, why)
