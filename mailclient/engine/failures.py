"""What a failure means for an account: wait and try again, or stop until the user did something. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mailclient.domain.errors import (
    CertificateRefused,
    DiskFull,
    InsecureConnection,
    MaildropRenamed,
    MalformedReply,
    NetworkGone,
    PostscopeError,
    ServerBusy,
    ServerRefused,
    SignInNeeded,
    StoreDamaged,
    TooManyConnections,
)
from mailclient.domain.events import AccountStatus
from mailclient.protocol.connection_limits import is_connection_limit

_FAREWELL: Final = re.compile(r"\* BYE ?(?:\[[^\]]*\] ?)?(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The account's status, the sentence for it, and whether only the user can change it."""

    status: AccountStatus
    sentence: str
    parked: bool


def decide_meaning(error: PostscopeError, host: str) -> PostscopeError:
    """Return what a failed connection really means: some say only in words that there is no room, or goodbye at once.

    A limit on connections must not be taken for a wrong password, nor a farewell for a broken server.
    """
    line = error.protocol_line or error.sentence
    if isinstance(error, SignInNeeded | ServerBusy | ServerRefused | NetworkGone | MalformedReply):
        meaning: type[PostscopeError] | None = None
        if is_connection_limit(line):
            meaning, sentence = TooManyConnections, f"{host} lets no further connection in. It said: {line}"
        elif isinstance(error, MalformedReply) and (farewell := _FAREWELL.match(line)):
            meaning, sentence = NetworkGone, f"{host} ended the connection: {farewell[1] or 'without a reason'}"
        if meaning is not None:
            return meaning(sentence, connection_id=error.connection_id, protocol_line=error.protocol_line)
    return error


def decide_verdict(error: PostscopeError) -> Verdict:
    """Return what a failure of an account's connection or store comes to."""
    match error:
        case SignInNeeded():
            return Verdict(AccountStatus.SIGN_IN_NEEDED, error.sentence, parked=True)
        case MaildropRenamed():
            return Verdict(AccountStatus.MAIL_RENAMED, error.sentence, parked=True)
        case CertificateRefused():
            return Verdict(AccountStatus.CERTIFICATE_REFUSED, error.sentence, parked=True)
        case InsecureConnection() | StoreDamaged():
            return Verdict(AccountStatus.FAILED, error.sentence, parked=True)
        case DiskFull():
            sentence = f"{error.sentence} Fetching waits and goes on by itself; reading and writing go on."
            return Verdict(AccountStatus.DISK_FULL, sentence, parked=False)
        case _:
            sentence = f"{error.sentence} Postscope will try again by itself."
            return Verdict(AccountStatus.WAITING, sentence, parked=False)
