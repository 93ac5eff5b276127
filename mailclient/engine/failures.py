"""What a failure means for an account: wait and try again, or stop until the user did something. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from mailclient.domain.errors import (
    CertificateRefused,
    DiskFull,
    InsecureConnection,
    PostscopeError,
    SignInNeeded,
    StoreDamaged,
)
from mailclient.domain.events import AccountStatus


@dataclass(frozen=True, slots=True)
class Verdict:
    """The account's status, the sentence for it, and whether only the user can change it."""

    status: AccountStatus
    sentence: str
    parked: bool


def decide_verdict(error: PostscopeError) -> Verdict:
    """Return what a failure of an account's connection or store comes to."""
    match error:
        case SignInNeeded():
            return Verdict(AccountStatus.SIGN_IN_NEEDED, error.sentence, parked=True)
        case CertificateRefused() | InsecureConnection() | StoreDamaged():
            return Verdict(AccountStatus.FAILED, error.sentence, parked=True)
        case DiskFull():
            sentence = f"{error.sentence} Fetching waits and goes on by itself; reading and writing go on."
            return Verdict(AccountStatus.DISK_FULL, sentence, parked=False)
        case _:
            sentence = f"{error.sentence} Postscope will try again by itself."
            return Verdict(AccountStatus.WAITING, sentence, parked=False)
