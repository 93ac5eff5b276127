"""What is to be said about a sender: names that could be taken for another's, and addresses that do not go together.

Lists, newsletters, secretaries and web forms make addresses differ every day, so most of it is good to know and no more; a
warning needs a look-alike, or that nothing vouches for the sender where the reader's own server had looked. Pure.
RFC 5322 section 3.6.2, UTS 39, RFC 5891.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mailclient.mime.headers import HeaderBlock
from mailclient.mime.sender import SenderTruth, foreign_domain
from mailclient.xray.confusables import described, scripts_together
from mailclient.xray.domain_names import DomainName, Writing, read_domain
from mailclient.xray.finding import Finding, Range, Severity
from mailclient.xray.free_mail import FREE_MAIL
from mailclient.xray.known_names import NOBODY, KnownNames
from mailclient.xray.lookalikes import OWN, Likeness, Lookalike, claimed_name, find_lookalike
from mailclient.xray.organisation import organisational_domain, same_organisation
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.results import AuthenticationResults, ReceivedSpf
from mailclient.xray.route_facts import Route
from mailclient.xray.sender_sentence import who_it_is_from
from mailclient.xray.senders import NamedSender, Relation, Role, Senders, named_senders
from mailclient.xray.summary import Mark, Summary
from mailclient.xray.verification import Verification

MAX_NEAR: Final = 50
IN_FROM: Final = "the domain in From"
BESIDE: Final = "the domain of another address here"
_CAN_BE_ANSWERED: Final = (Role.FROM, Role.SENDER, Role.REPLY_TO)
_MAX_RECIPIENTS: Final = 4_096
"""Bytes of To and Cc that are looked through."""
_DOMAINS: Final = re.compile(rb"@([A-Za-z0-9.\x80-\xff-]{1,253})")
_WORD: Final = re.compile(r"[^\W\d_]{2,60}")
_DOMAIN_IN_NAME: Final = re.compile(r"(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![\w@.-])", re.IGNORECASE)


def examine_senders(
    block: HeaderBlock,
    truth: SenderTruth,
    route: Route,
    results: Sequence[AuthenticationResults],
    spf: Sequence[ReceivedSpf],
    verification: Verification,
    summary: Summary,
    own: OwnServers | None = None,
    names: KnownNames = NOBODY,
) -> Senders:
    """Return all names of senders, the sentence, look-alikes and findings."""
    named = named_senders(block, truth, route, results, spf, verification)
    domain = read_domain(truth.address.rpartition("@")[2], names.letters)
    alike = tuple(_lookalikes(block, named, own or OwnServers(), names))
    checked = any(field.trusted for field in results) or verification.asked
    findings = (
        *_unclear(block, truth, listed=bool(_named(named, Role.LIST))),
        *_domain_findings(domain, _place(named, Role.FROM), alike),
        *_alike_findings(alike, named),
        *_name_findings(truth, domain, alike, names, _place(named, Role.FROM)),
        *_reply_findings(named, alike, summary.mark, checked=checked),
        *_others_findings(named),
    )
    return Senders(named, who_it_is_from(truth, domain, named, summary, alike), domain.shown, alike, findings)


def _named(named: Sequence[NamedSender], role: Role) -> list[NamedSender]:
    return [each for each in named if each.role is role]


def _place(named: Sequence[NamedSender], role: Role) -> Range | None:
    return next((each.place for each in named if each.role is role), None)


def _lookalikes(
    block: HeaderBlock, named: Sequence[NamedSender], own: OwnServers, names: KnownNames
) -> Iterator[Lookalike]:
    """Compare each sender's domain with the reader's own, with the other addresses here, and with known names."""
    domains = list(dict.fromkeys(each.address.rpartition("@")[2] for each in named if each.role in _CAN_BE_ANSWERED))
    near = {domain.lower(): BESIDE for domain in _recipients(block)}
    near |= {domain.lower(): IN_FROM for domain in domains[:1]}
    near |= {address.rpartition("@")[2].lower(): OWN for address in own.addresses}
    for domain in domains[:MAX_NEAR]:
        found = find_lookalike(domain, names, near)
        if found is not None:
            yield found


def _recipients(block: HeaderBlock) -> Iterator[str]:
    for name in ("To", "Cc"):
        for match in _DOMAINS.findall(block.raw_first(name) or b"", 0, _MAX_RECIPIENTS)[:MAX_NEAR]:
            yield match.decode("utf-8", "replace")


def _unclear(block: HeaderBlock, truth: SenderTruth, *, listed: bool) -> Iterator[Finding]:
    place = block.field("From")
    evidence = (place.start, place.end) if place else None
    why = "The name and the address in From are written by the sender; nothing in the transport checks them."
    for warning in truth.warnings:
        if warning == foreign_domain(truth.address.rpartition("@")[2].lower()):
            continue  # Both forms of the domain are told instead.
        # A list that stands in for an author without a name puts the author's address there.
        by_list = listed and warning.startswith("The name looks like another address")
        severity = Severity.NOTICE if by_list or not truth.ambiguous else Severity.WARNING
        yield Finding("sender-unclear", severity, warning, why, evidence, "RFC 5322 section 3.6.2")


_DOMAIN_WORDS: Final = {
    Writing.ONE_LANGUAGE: (
        Severity.INFO,
        "The domain has letters outside ASCII: {shown}.",
        "Most such names are honest. What is looked up is the form that begins with xn--.",
    ),
    Writing.LOOKS_LATIN: (
        Severity.WARNING,
        "Each letter of a name is of another alphabet and looks like a Latin one: {shown}.",
        "It reads like another name. That can be an accident, and is how names are imitated.",
    ),
    Writing.BROKEN: (
        Severity.NOTICE,
        "The domain begins like an international name and stands for none: {shown}.",
        "It cannot have been registered so.",
    ),
    Writing.UNUSUAL: (
        Severity.WARNING,
        "The domain has letters that no living language uses in names: {shown}.",
        "Registries do not give out such names.",
    ),
    Writing.MIXED: (
        Severity.DANGER,
        "The domain mixes alphabets that no language mixes: {shown}.",
        "Letters of another alphabet that look the same make it look like a name that it is not.",
    ),
    Writing.INVISIBLE: (
        Severity.DANGER,
        "The domain has letters that cannot be seen: {shown}.",
        "It looks like another name. No honest name needs them.",
    ),
}


def _domain_findings(domain: DomainName, place: Range | None, alike: Sequence[Lookalike]) -> Iterator[Finding]:
    words = _DOMAIN_WORDS.get(domain.writing)
    if words is None or any(one.domain == domain for one in alike):
        return
    severity, title, why = words
    letters = f" The letters: {', '.join(domain.letters[:5])}." if domain.letters else ""
    identifier = f"sender-domain-{domain.writing.value}"
    yield Finding(identifier, severity, title.format(shown=domain.shown), why + letters, place, "RFC 5890 section 4.4")


def _alike_findings(alike: Sequence[Lookalike], named: Sequence[NamedSender]) -> Iterator[Finding]:
    for one in alike:
        place = next((each.place for each in named if each.domain == one.written.lower()), None)
        letters = f" The letters: {', '.join(one.domain.letters[:5])}." if one.domain.letters else ""
        why = f"{_ALIKE_WHY[one.likeness]}{letters}"
        yield Finding(f"sender-{one.likeness.value}", one.severity, one.sentence, why, place, "UTS 39 section 4")


_ALIKE_WHY: Final = {
    Likeness.LOOKS_THE_SAME: "Somebody who reads it quickly takes it for the other. Whoever owns it can send from it.",
    Likeness.ACCENTS: "Two names that differ in accents have two owners.",
    Likeness.NAME_INSIDE: "What counts is the end of a name: whoever owns that can put anything before it.",
    Likeness.WORD_INSIDE: "Anybody can register a name with that word in it. Services that send for others do so, too.",
    Likeness.OTHER_ENDING: "The same name under another ending can belong to another owner.",
    Likeness.ONE_LETTER: "Names one letter apart are mostly honest neighbours, and sometimes made to be mistaken.",
}


def _name_findings(
    truth: SenderTruth, domain: DomainName, alike: Sequence[Lookalike], names: KnownNames, place: Range | None
) -> Iterator[Finding]:
    """What the display name says beside the address."""
    name = truth.display_name
    if not name or not truth.address:
        return
    own = organisational_domain(domain.ascii)
    grave = any(one.severity.weight > Severity.NOTICE.weight for one in alike)
    severity = Severity.WARNING if grave else Severity.NOTICE
    shown = next((match for match in _DOMAIN_IN_NAME.findall(name) if _is_another(match.lower(), own)), "")
    claimed = claimed_name(name, domain.ascii, names)
    if shown and not truth.ambiguous:
        yield Finding(
            "name-shows-another-domain",
            severity,
            f"The name says {shown[:100]}, the address is at {domain.shown}.",
            "A name can say anything. Newsletters are often sent by a service for somebody else.",
            place,
            "RFC 5322 section 3.4",
        )
    elif claimed:
        yield Finding(
            "name-of-another-organisation",
            severity,
            f"The name says {claimed}, and {domain.shown} is not known as a domain of theirs.",
            "A name can say anything. Partners and lists use such names honestly; so do deceivers.",
            place,
            "RFC 5322 section 3.4",
        )
    if not name.isascii() and names.letters.starts:
        yield from _mixed_words(name, names, place)


def _is_another(shown: str, own: str) -> bool:
    """True for a domain of another name; the same word under another ending is mostly the same house."""
    named = organisational_domain(shown)
    return "." in named and named.partition(".")[0] not in own and own.partition(".")[0] not in named


def _mixed_words(name: str, names: KnownNames, place: Range | None) -> Iterator[Finding]:
    for word in _WORD.findall(name[:300]):
        scripts, together = scripts_together(word, names.letters)
        if not together and "Latin" in scripts:
            strange = [each for each in dict.fromkeys(word) if names.letters.scripts_of(each) not in (None, {"Latin"})]
            yield Finding(
                "name-mixes-alphabets",
                Severity.NOTICE,
                f"A word of the name mixes alphabets: “{word}”.",
                f"It happens when somebody changes keyboards, and when a name is imitated: {described(strange[0])}.",
                place,
                "UTS 39 section 5.1",
            )
            return


def _reply_findings(
    named: Sequence[NamedSender], alike: Sequence[Lookalike], mark: Mark, *, checked: bool
) -> Iterator[Finding]:
    author = next((each for each in named if each.role is Role.FROM), None)
    elsewhere = [each for each in _named(named, Role.REPLY_TO) if each.relation is Relation.ELSEWHERE]
    if author is None or not elsewhere:
        return
    first = elsewhere[0]
    like_another = any(
        one.written.lower() == first.domain
        and (one.relation == IN_FROM or one.severity.weight > Severity.NOTICE.weight)
        for one in alike
    )
    to_anybody = first.organisation in FREE_MAIL and author.organisation not in FREE_MAIL
    unvouched = mark in {Mark.DOUBTFUL, Mark.UNCLEAR} or (mark is Mark.NEUTRAL and checked)
    lists = _named(named, Role.LIST)
    if not like_another and any(same_organisation(each.address, author.domain) for each in lists):
        yield Finding(
            "reply-to-the-author",
            Severity.INFO,
            f"The list stands in From; answers go to {first.address}.",
            "Lists put themselves into From where the author's domain forbids that others send in its name.",
            first.place,
            "RFC 5322 section 3.6.2",
        )
        return
    grave = like_another or (to_anybody and unvouched and not lists)
    why = (
        f"Anybody can open an address at {first.organisation}, and nothing vouches for the sender. "
        "Forged orders from a superior work like this."
        if grave and not like_another
        else "Web forms, newsletters and ticket systems do so every day. Look at the address before you answer."
    )
    yield Finding(
        "reply-to-elsewhere",
        Severity.WARNING if grave else Severity.NOTICE,
        f"Answers go to {first.address}, not to {author.organisation or author.address}.",
        why,
        first.place,
        "RFC 5322 section 3.6.2",
    )


def _others_findings(named: Sequence[NamedSender]) -> Iterator[Finding]:
    """Differences that are ordinary and worth knowing."""
    for role, identifier, title, why in _ORDINARY:
        other = next((each for each in _named(named, role) if each.relation is Relation.ELSEWHERE), None)
        if other is not None:
            yield Finding(identifier, Severity.INFO, title.format(other=other.address), why, other.place, _RFC_OF[role])


_ORDINARY: Final = (
    (Role.SENDER, "sender-of-another-organisation", "It was handed in by {other} for the author.",
     "Newsletter services and assistants do so. The author's own organisation need not know of it."),
    (Role.RETURN_PATH, "return-path-elsewhere", "What cannot be delivered goes back to {other}.",
     "Lists and services that send for others collect such mail themselves. SPF vouches for this address, not for From."),
    (Role.RESENT, "resent", "It was sent on by {other}.",
     "The message itself is older; who sent it on has no part in what it says."),
    (Role.ORIGINAL, "from-was-replaced", "A list put its own address into From; the author was {other}.",
     "Lists do so where the author's domain forbids that others send in its name. The author's address is the list's word."),
)  # fmt: skip
_RFC_OF: Final = {
    Role.SENDER: "RFC 5322 section 3.6.2",
    Role.RETURN_PATH: "RFC 5321 section 4.4",
    Role.RESENT: "RFC 5322 section 3.6.6",
    Role.ORIGINAL: "RFC 7960 section 4.1.3.1",
}
