"""What a failure means for an account."""

from __future__ import annotations

import pytest

from mailclient.domain import errors
from mailclient.domain.events import AccountStatus
from mailclient.engine.failures import decide_meaning, decide_verdict


@pytest.mark.parametrize(
    ("error", "status", "parked"),
    [
        (errors.NetworkGone("x."), AccountStatus.WAITING, False),
        (errors.ServerBusy("x."), AccountStatus.WAITING, False),
        (errors.MalformedReply("x."), AccountStatus.WAITING, False),
        (errors.ProgramFault("x."), AccountStatus.WAITING, False),
        (errors.DiskFull("x."), AccountStatus.DISK_FULL, False),
        (errors.SignInNeeded("x."), AccountStatus.SIGN_IN_NEEDED, True),
        (errors.CertificateRefused("x."), AccountStatus.CERTIFICATE_REFUSED, True),
        (errors.InsecureConnection("x."), AccountStatus.FAILED, True),
        (errors.StoreDamaged("x."), AccountStatus.FAILED, True),
    ],
)
def test_each_error_has_its_verdict(error: errors.PostscopeError, status: AccountStatus, parked: bool) -> None:
    verdict = decide_verdict(error)
    assert (verdict.status, verdict.parked) == (status, parked)
    assert verdict.sentence.startswith("x.")


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (
            errors.SignInNeeded("x.", protocol_line="NO [ALERT] Too many simultaneous connections. (Failure)"),
            errors.TooManyConnections,
            "mail.example.org lets no further connection in. It said: NO [ALERT] Too many",
        ),
        (
            errors.MalformedReply("x.", protocol_line="* BYE Too many connections from your IP"),
            errors.TooManyConnections,
            "mail.example.org lets no further connection in.",
        ),
        (
            errors.MalformedReply("x.", protocol_line="* BYE [UNAVAILABLE] We are closed"),
            errors.NetworkGone,
            "mail.example.org ended the connection: We are closed",
        ),
        (errors.SignInNeeded("x.", protocol_line="NO [AUTHENTICATIONFAILED] no"), errors.SignInNeeded, "x."),
        (errors.CertificateRefused("too many connections"), errors.CertificateRefused, "too many connections"),
    ],
)
def test_words_tell_what_a_refused_connection_means(
    error: errors.PostscopeError, kind: type[errors.PostscopeError], words: str
) -> None:
    meaning = decide_meaning(error, "mail.example.org")
    assert type(meaning) is kind
    assert meaning.sentence.startswith(words)
