"""One sentence on who a message is really from: what it says, who passed it on, and what vouches for that. Pure.

Rests on the same summary as the reading pane's line, so that the two never disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mailclient.mime.sender import SenderTruth
from mailclient.xray.confusables import INVISIBLE
from mailclient.xray.domain_names import DomainName
from mailclient.xray.finding import Severity
from mailclient.xray.lookalikes import Lookalike
from mailclient.xray.senders import NamedSender, Relation, Role
from mailclient.xray.summary import Mark, Summary

MAX_NAME: Final = 80


def who_it_is_from(
    truth: SenderTruth,
    domain: DomainName,
    named: Sequence[NamedSender],
    summary: Summary,
    alike: Sequence[Lookalike] = (),
) -> str:
    """Return the sentence."""
    if not truth.address:
        return f"It is not clear who this is from. {truth.warnings[0] if truth.warnings else ''}".strip()
    form, other = domain.forms
    address = f"{truth.address.rpartition('@')[0]}@{form}"
    also = f" ({other})" if other else ""
    if summary.mark is Mark.UNCLEAR:
        doubt = f" {truth.warnings[0]}" if truth.warnings else ""
        return f"It is not clear who this is from; the first address in From is {address}{also}.{doubt}"
    name = INVISIBLE.sub("", truth.display_name)[:MAX_NAME]
    who = f"{name} <{address}>" if name and name.lower() != address.lower() else address
    begins = "Written as" if summary.mark is Mark.CONFIRMED else "It says it is from"
    grave = (one for one in alike if one.domain == domain and one.severity.weight > Severity.NOTICE.weight)
    like = next((f" The domain is not {one.resembles}, which it looks like." for one in grave), "")
    return f"{begins} {who}{also}{_passed_on(named)}. {summary.text}{like}"


def _passed_on(named: Sequence[NamedSender]) -> str:
    """Who else had a hand in it: the nearest to the reader, since that one is the reason for all others that differ."""
    by_role: dict[Role, NamedSender] = {}
    for each in named:
        by_role.setdefault(each.role, each)
    resent, sender, path = by_role.get(Role.RESENT), by_role.get(Role.SENDER), by_role.get(Role.RETURN_PATH)
    if resent is not None:
        return f"; sent on by {resent.address}"
    if Role.LIST in by_role:
        return f"; passed on by the list {by_role[Role.LIST].address}"
    if sender is not None and sender.relation in {Relation.SAME_ORGANISATION, Relation.ELSEWHERE}:
        return f"; handed in by {sender.address}"
    if path is not None and path.relation is Relation.ELSEWHERE:
        return f"; undeliverable mail goes back to {path.organisation}"
    return ""
