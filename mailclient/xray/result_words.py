"""The methods and results of Authentication-Results in plain English. Data. RFC 8601 section 2.7, RFC 8617, RFC 9989."""

from __future__ import annotations

from typing import Final

METHODS: Final = {
    "spf": "whether the server that handed over may send for the envelope sender's domain",
    "dkim": "whether a signature in the message is good",
    "dmarc": "whether the domain in From is confirmed by SPF or DKIM",
    "arc": "whether the chain of servers that changed the message is unbroken",
    "iprev": "whether the sending address has a name that leads back to it",
    "auth": "whether the sender signed in",
    "bimi": "whether a brand's picture may be shown",
    "compauth": "Microsoft's judgement of all checks together",
    "domainkeys": "whether a signature of the time before DKIM is good",
    "dkim-adsp": "a rule of the author's domain of the time before DMARC",
    "dkim-atps": "whether a domain may sign for the author's",
    "sender-id": "Microsoft's old relative of SPF",
    "dnswl": "whether the sending address is on a list of good senders",
    "smime": "whether an S/MIME signature is good",
    "vbr": "whether a third party vouches for the domain",
    "rrvs": "whether the mailbox still belongs to the same person",
    "x-tls": "whether the connection was encrypted",
    "x-ptr": "whether the name given and the looked-up name are the same",
}
RESULTS: Final = {
    "pass": "yes",
    "fail": "no",
    "hardfail": "no",
    "softfail": "probably not; the domain does not want to say it for sure",
    "neutral": "the domain says nothing about it",
    "none": "nothing to check",
    "policy": "a good signature that a local rule does not accept",
    "permerror": "the domain's record is broken",
    "temperror": "DNS did not answer; another time it may work",
    "bestguesspass": "there is no record, and it would pass if there were a usual one",
    "softpass": "probably",
    "timeout": "DNS did not answer in time",
}


def explain_result(method: str, result: str) -> str:
    """Return a sentence for one result."""
    question = METHODS.get(method, f"a check called {method}")
    return f"Checked was {question}: {RESULTS.get(result, result)}."
