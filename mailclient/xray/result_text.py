"""What servers wrote about their checks as lines of the text report, each with who says so and whether to believe it.

Pure; whoever prints escapes. Judges nothing: that is ``results``. RFC 8601, RFC 7208 section 9.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailclient.xray.result_words import explain_result
from mailclient.xray.results import AuthenticationResults, ReceivedSpf

Line = tuple[str, str]
"""A short word and a sentence."""


def result_lines(results: Sequence[AuthenticationResults], received_spf: Sequence[ReceivedSpf]) -> Iterator[Line]:
    """Yield for each field its results, and then why they are believed or not."""
    for field in results:
        who = field.authserv_id or "a server without a name"
        for one in field.results:
            about = f"{one.domain}, says {who}" if one.domain else f"According to {who}"
            yield f"{one.method} {one.result}", f"{about}. {explain_result(one.method, one.result)}"
        if field.results:
            yield _belief(trusted=field.trusted), field.reason
    for spf in received_spf:
        about = spf.get("envelope-from") or spf.get("helo")
        yield f"spf {spf.result}", f"{f'{about}. ' if about else ''}{explain_result('spf', spf.result)}"
        yield _belief(trusted=spf.trusted), spf.reason


def _belief(*, trusted: bool) -> str:
    return "  believed" if trusted else "  not believed"
