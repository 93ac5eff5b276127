"""Testing both servers of an account step by step, for the person who is setting it up.

Each step says what happened; a failed one carries the server's own line. Signs in, looks, leaves: nothing is changed and no
mail is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from mailclient.domain.account import Account, Credentials, Endpoint, IncomingProtocol, Security
from mailclient.domain.errors import PostscopeError
from mailclient.domain.ids import ConnectionId
from mailclient.domain.probe import ProbeReport, ProbeStep
from mailclient.net.imap_session import ImapSession, open_imap
from mailclient.net.pop3_session import Pop3Session, connect_pop3
from mailclient.net.smtp_connect import connect_smtp
from mailclient.net.smtp_dialogue import SmtpDialogue
from mailclient.net.wire import Record

OnStep = Callable[[str, ProbeStep], None]
Explain = Callable[[str, str], str]
"""Given the protocol and a line of a server, returns what it means, empty when unknown."""


Add = Callable[[ProbeStep], None]
S = TypeVar("S")
_HOW: Final = {
    Security.TLS: "The connection is encrypted and the certificate is valid.",
    Security.STARTTLS: "Encryption was switched on by STARTTLS and the certificate is valid.",
    Security.PLAIN: "The connection is not encrypted.",
}


def probe_account(
    account: Account, credentials: Credentials, record: Record, explain: Explain, on_step: OnStep | None = None
) -> ProbeReport:
    """Try both servers; never raises for what a server does."""
    incoming: list[ProbeStep] = []
    submission: list[ProbeStep] = []

    def add(server: str, step: ProbeStep) -> None:
        (incoming if server == "incoming" else submission).append(step)
        if on_step is not None:
            on_step(server, step)

    probe = _probe_imap if account.protocol is IncomingProtocol.IMAP else _probe_pop3
    probe(account, credentials, record, explain, lambda step: add("incoming", step))
    _probe_smtp(account, credentials, record, explain, lambda step: add("submission", step))
    return ProbeReport(tuple(incoming), tuple(submission))


class _Steps(Generic[S]):
    """The steps of one server: getting in, then one look around; what fails ends them."""

    def __init__(self, protocol: str, endpoint: Endpoint, explain: Explain, add: Add) -> None:
        self._protocol = protocol
        self._endpoint = endpoint
        self._explain = explain
        self._add = add

    def connect(self, connect: Callable[[], S], connection_of: Callable[[S], ConnectionId]) -> S | None:
        """Get in; None when that failed."""
        title = f"Connect to {self._endpoint.host} and sign in"
        try:
            session = connect()
        except PostscopeError as error:
            self._fail(title, error)
            return None
        self._connection_id = connection_of(session)
        self._add(ProbeStep(title, True, _HOW[self._endpoint.security], connection_id=self._connection_id))
        return session

    def look(self, title: str, look: Callable[[], str]) -> None:
        """Look around and leave; ``look`` returns what there is, in words."""
        try:
            words = look()
        except PostscopeError as error:
            self._fail(title, error)
            return
        self._add(ProbeStep(title, True, words, connection_id=self._connection_id))

    def _fail(self, title: str, error: PostscopeError) -> None:
        line = error.protocol_line or ""
        meaning = self._explain(self._protocol, line) if line else ""
        self._add(ProbeStep(title, False, error.sentence, line, meaning, error.connection_id))


def _probe_imap(account: Account, credentials: Credentials, record: Record, explain: Explain, add: Add) -> None:
    steps = _Steps[ImapSession]("IMAP", account.incoming, explain, add)
    session = steps.connect(
        lambda: open_imap(account, credentials.incoming_password, "testing", record),
        lambda opened: opened.connection_id,
    )
    if session is not None:
        steps.look("Look at the inbox", lambda: _look_at_inbox(session))


def _look_at_inbox(session: ImapSession) -> str:
    folders = session.list_folders()
    snapshot = session.open_folder("INBOX", read_only=True)
    session.log_out()
    return f"{len(folders)} folders; {snapshot.exists} messages in the inbox."


def _probe_pop3(account: Account, credentials: Credentials, record: Record, explain: Explain, add: Add) -> None:
    steps = _Steps[Pop3Session]("POP3", account.incoming, explain, add)
    session = steps.connect(
        lambda: connect_pop3(account, credentials.incoming_password, "testing", record),
        lambda opened: opened.connection_id,
    )
    if session is not None:
        steps.look("Look at the maildrop", lambda: _look_at_maildrop(session))


def _look_at_maildrop(session: Pop3Session) -> str:
    listing = session.list_messages()
    session.quit()
    words = f"{len(listing)} messages in the maildrop."
    if any(mail.uidl is None for mail in listing):
        words += " The server gives them no unique ids; they are told apart by their headers."
    if session.capabilities and "TOP" not in session.capabilities:
        words += " It cannot give headers alone (no TOP)."
    return words


def _probe_smtp(account: Account, credentials: Credentials, record: Record, explain: Explain, add: Add) -> None:
    steps = _Steps[SmtpDialogue]("SMTP", account.submission, explain, add)
    dialogue = steps.connect(
        lambda: connect_smtp(account, credentials.submission_password, "testing", record),
        lambda opened: opened.wire.transcript.connection_id,
    )
    if dialogue is None:
        return
    try:
        dialogue.command("QUIT")
    except PostscopeError:
        pass  # It let us in, which is what was asked.
    dialogue.wire.close()
