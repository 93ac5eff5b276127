"""What the reader's own servers found against a message. Claims of others give none. Pure. RFC 8601, RFC 9989."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailclient.mime.headers import HeaderBlock
from mailclient.xray.finding import Finding, Severity
from mailclient.xray.results import AuthenticationResults, MethodResult

_FAILED = frozenset({"fail", "hardfail"})


def result_findings(block: HeaderBlock, results: Sequence[AuthenticationResults]) -> Iterator[Finding]:
    """Yield the findings that trusted fields give."""
    passed_on = bool(block.all("List-Id")) or any(
        one.method == "arc" and one.result == "pass" for field in results if field.trusted for one in field.results
    )
    for field in results:
        if field.trusted:
            who = field.authserv_id or "Your own server"
            for one in field.results:
                if one.result in _FAILED:
                    yield from _failed(one, who, passed_on=passed_on)


def _failed(one: MethodResult, who: str, *, passed_on: bool) -> Iterator[Finding]:
    domain = one.domain or "the domain in question"
    match one.method:
        case "dmarc":
            yield Finding(
                "server-dmarc-fail",
                Severity.NOTICE if passed_on or one.policy == "none" else Severity.WARNING,
                f"{who} found nothing that confirms {domain}, the domain in From.",
                "The domain has published how its mail is confirmed, and this message is not. So it is with forged mail, "
                "and sometimes with mail that a list or a forwarder passed on.",
                one.range,
                "RFC 9989 section 5",
            )
        case "spf":
            yield Finding(
                "server-spf-fail",
                Severity.NOTICE,
                f"{who} found that the sending server is none of {domain}.",
                "So it is with forged mail, and with mail that somebody forwarded.",
                one.range,
                "RFC 7208 section 8.4",
            )
        case "dkim":
            yield Finding(
                "server-dkim-fail",
                Severity.NOTICE,
                f"{who} found that the signature of {domain} is not good.",
                "Lists and servers that change a message break signatures; it then counts as unsigned, not as forged.",
                one.range,
                "RFC 6376 section 6.1",
            )
        case _:
            return
