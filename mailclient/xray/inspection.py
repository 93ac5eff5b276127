"""One message examined by everybody: what each examiner found, and all findings in one order.

An examiner that fails takes nothing else with it: its place stays empty, the log tells, and a finding says so. Pure: what
lies outside the message (addresses, servers, explanations) is handed in. RFC 5322, RFC 2045, RFC 5598.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from mailclient.domain.ids import AccountId, MessageId
from mailclient.mime.sender import SenderTruth, sender_truth
from mailclient.mime.tree import Message
from mailclient.xray.ambiguity import examine_ambiguity
from mailclient.xray.choosing import Choosing, explain_choice
from mailclient.xray.collection import Around, OpenCollection
from mailclient.xray.defects import defect_findings, examine_defects
from mailclient.xray.dns_questions import Resolve, offline
from mailclient.xray.enclosed import Enclosure, examine_enclosed
from mailclient.xray.field_meaning import ExplainField, FieldMeaning
from mailclient.xray.fields import FieldsReport, examine_fields
from mailclient.xray.finding import Finding, Severity, most_serious_first
from mailclient.xray.identity import NO_IDENTITY, Identity, examine_identity
from mailclient.xray.journey import Station, journey
from mailclient.xray.known_names import NOBODY, KnownNames
from mailclient.xray.link_types import Content
from mailclient.xray.links import examine_content
from mailclient.xray.opened import OpenedMessage, open_message
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.parts import PartFacts, examine_parts
from mailclient.xray.reply_targets import Replies, examine_replies
from mailclient.xray.reports import Report, examine_reports, incomplete_report
from mailclient.xray.result_findings import result_findings
from mailclient.xray.results import AuthenticationResults, ReceivedSpf, authentication_results, received_spf
from mailclient.xray.route import examine_route
from mailclient.xray.route_facts import Route
from mailclient.xray.sender_findings import examine_senders
from mailclient.xray.senders import Senders
from mailclient.xray.summary import Mark, Summary, summarise
from mailclient.xray.twins import without_twins
from mailclient.xray.verification import Verification, verify
from mailclient.xray.wrappers import Wrapper, examine_wrappers

_log = logging.getLogger(__name__)

T = TypeVar("T")
Lookup = Callable[[str], tuple[str, str]]
"""Given a name, returns a sentence and its RFC; empty when nothing is known."""

NO_ROUTE: Final = Route((), None, None, None, True, frozenset())
NO_FIELDS: Final = FieldsReport((), ())
NO_CONTENT: Final = Content((), (), (), (), (), "", ())
NO_VERIFICATION: Final = Verification()
NO_SUMMARY: Final = Summary("Nothing vouches for this sender.", Mark.NEUTRAL)
NO_SENDERS: Final = Senders((), "")
NO_REPLIES: Final = Replies()
NO_CHOICE: Final = Choosing("", (), (), None, ())


def unknown(_name: str) -> tuple[str, str]:
    """Explain nothing."""
    return "", ""


@dataclass(frozen=True, slots=True)
class Context:
    """What is handed in: everything that is not in the message itself."""

    own: OwnServers = field(default_factory=OwnServers)
    """The reader's servers and addresses."""
    explain_field: Lookup = unknown
    """A header field's sentence and RFC."""
    place_field: Lookup = unknown
    """A header field's class and who writes it."""
    explain_report_field: Lookup = unknown
    """A field of a report inside the message, by its name in lower case."""
    explain_status: Lookup = unknown
    """An enhanced status code without its class: ``x.1.1``."""
    field_meaning: ExplainField = lambda _name: FieldMeaning()
    """A header field's entry of the glossary."""
    names: Callable[[], KnownNames] = lambda: NOBODY
    """Whom a sender may resemble; read when it is first wanted."""
    resolve: Resolve = offline
    """Answers questions to the DNS; without it no question leaves, and the checks say what is missing."""
    collection: OpenCollection | None = None
    """The store in which parents and copies are looked for; without it nothing is known of them."""
    shown: MessageId | None = None
    """Which message of the store it is; None for one that is not of the store."""
    account_names: Mapping[AccountId, str] = field(default_factory=dict)
    """The accounts of the store as the reader calls them."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything that was found in one message."""

    opened: OpenedMessage
    sender: SenderTruth
    route: Route
    stations: tuple[Station, ...]
    results: tuple[AuthenticationResults, ...]
    received_spf: tuple[ReceivedSpf, ...]
    parts: tuple[PartFacts, ...]
    choosing: Choosing
    findings: tuple[Finding, ...]
    """Of all examiners, the most serious first."""
    unexamined: tuple[str, ...] = ()
    """What could not be examined because of a mistake of ours; always empty, say the tests."""
    content: Content = NO_CONTENT
    reports: tuple[Report, ...] = ()
    wrappers: tuple[Wrapper, ...] = ()
    fields: FieldsReport = NO_FIELDS
    verification: Verification = NO_VERIFICATION
    """Own checks of signatures and of the sender's policies."""
    summary: Summary = NO_SUMMARY
    """One sentence for the reading pane."""
    senders: Senders = NO_SENDERS
    replies: Replies = NO_REPLIES
    identity: Identity = NO_IDENTITY
    """Its Message-ID, its parents and its copies."""
    enclosed: tuple[Enclosure, ...] = ()
    """Files inside of parts that are no parts themselves."""

    @property
    def message(self) -> Message:
        """The parsed message."""
        return self.opened.message

    @property
    def raw(self) -> bytes:
        """The message as it came."""
        return self.opened.raw


class _Examining:
    """Runs examiners one after the other and collects what they find."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.findings: list[Finding] = []

    def run(self, what: str, examine: Callable[[], T], otherwise: T) -> T:
        """Return what an examiner gives, or the empty value when it fails."""
        try:
            return examine()
        except Exception:
            _log.exception("The %s of a message could not be examined", what)
            self.failed.append(what)
            self.findings.append(
                Finding(
                    "not-examined",
                    Severity.INFO,
                    f"The {what} of this message could not be examined.",
                    "That is a mistake of Postscope, not of the message. The log tells more.",
                )
            )
            return otherwise

    def all(self, what: str, examine: Callable[[], Iterable[T]]) -> tuple[T, ...]:
        """Return everything that an examiner gives, or nothing when it fails."""
        nothing: tuple[T, ...] = ()
        return self.run(what, lambda: tuple(examine()), nothing)


def inspect(raw: bytes, context: Context | None = None) -> Inspection:
    """Examine a message; any bytes have an inspection."""
    known = context or Context()
    opened = open_message(raw)
    block = opened.message.headers
    examining = _Examining()
    run, every, found = examining.run, examining.all, examining.findings
    nobody = SenderTruth("", "", True, ())
    sender = run("sender", lambda: sender_truth(block), nobody)
    route = run("route", lambda: examine_route(block, known.own), NO_ROUTE)
    stations = every("journey", lambda: journey(route))
    results = every("authentication results", lambda: authentication_results(block, route, known.own))
    spf = every("Received-SPF fields", lambda: received_spf(block, route))
    own_checks = run("signatures", lambda: verify(raw, block, route, sender, known.resolve), NO_VERIFICATION)
    by_list = bool(block.all("List-Id"))
    summary = run(
        "summary",
        lambda: summarise(
            sender, route, (*results, *(one.as_results for one in spf)), own_checks, by_list=by_list, own=known.own
        ),
        NO_SUMMARY,
    )
    senders = run(
        "names of senders",
        lambda: examine_senders(block, sender, route, results, spf, own_checks, summary, known.own, known.names()),
        NO_SENDERS,
    )
    replies = run("answers", lambda: examine_replies(block, known.own), NO_REPLIES)
    parts = every("parts", lambda: examine_parts(opened))
    choosing = run("choice of the body", lambda: explain_choice(opened), NO_CHOICE)
    defects = (*opened.message.defects, *every("defects", lambda: examine_defects(opened.message)))
    fields = run("header fields", lambda: examine_fields(block, known.field_meaning, defects), NO_FIELDS)
    content = run("content", lambda: examine_content(opened), NO_CONTENT)
    reports = every("reports", lambda: examine_reports(opened, known.explain_report_field, known.explain_status))
    wrappers = every("wrappers", lambda: examine_wrappers(opened))
    enclosed = every("enclosed files", lambda: examine_enclosed(opened))
    identity = run("identity", lambda: _identity(opened, route, known), NO_IDENTITY)
    found += every("shape of the report", lambda: incomplete_report(opened))
    found += every("results of other checks", lambda: result_findings(block, results))
    found += every("ambiguity", lambda: examine_ambiguity(opened))
    found += every("rules of the defects", lambda: defect_findings(defects))
    inner = [one.findings for group in (parts, reports, wrappers, enclosed) for one in group]
    examined = (senders, replies, route, own_checks, fields, choosing, content, identity)
    for findings in (*(one.findings for one in examined), *inner):
        found += findings
    return Inspection(
        opened,
        sender,
        route,
        stations,
        results,
        spf,
        parts,
        choosing,
        _sorted(found),
        tuple(examining.failed),
        content,
        reports,
        wrappers,
        fields,
        own_checks,
        summary,
        senders,
        replies,
        identity,
        enclosed,
    )


def _identity(opened: OpenedMessage, route: Route, known: Context) -> Identity:
    around = Around(route, known.own, known.place_field, shown=known.shown, account_names=known.account_names)
    if known.collection is None:
        return examine_identity(opened, around)
    with known.collection() as collection:
        return examine_identity(opened, replace(around, collection=collection))


def _sorted(found: list[Finding]) -> tuple[Finding, ...]:
    """Say the same of the same bytes once: two examiners can see one thing."""
    return tuple(dict.fromkeys(most_serious_first(without_twins(found))))
