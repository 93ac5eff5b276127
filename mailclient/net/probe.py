"""Testing both servers of an account step by step, for the person who is setting it up.

Each step says what happened; a failed one carries the server's own line. Signs in, looks, leaves: nothing is changed and no
mail is sent.
"""

from __future__ import annotations

from collections.abc import Callable

from mailclient.domain.account import Account, Credentials, IncomingProtocol, Security
from mailclient.domain.errors import PostscopeError
from mailclient.domain.probe import ProbeReport, ProbeStep
from mailclient.net.imap_session import open_imap
from mailclient.net.pop3_session import connect_pop3
from mailclient.net.smtp_connect import connect_smtp
from mailclient.net.wire import Record

OnStep = Callable[[str, ProbeStep], None]
Explain = Callable[[str, str], str]
"""Given the protocol and a line of a server, returns what it means, empty when unknown."""


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


def _how(security: Security) -> str:
    return {
        Security.TLS: "The connection is encrypted and the certificate is valid.",
        Security.STARTTLS: "Encryption was switched on by STARTTLS and the certificate is valid.",
        Security.PLAIN: "The connection is not encrypted.",
    }[security]


def _failure(title: str, protocol: str, error: PostscopeError, explain: Explain) -> ProbeStep:
    line = error.protocol_line or ""
    return ProbeStep(title, False, error.sentence, line, explain(protocol, line) if line else "", error.connection_id)


def _probe_imap(
    account: Account, credentials: Credentials, record: Record, explain: Explain, add: Callable[[ProbeStep], None]
) -> None:
    endpoint = account.incoming
    title = f"Connect to {endpoint.host} and sign in"
    try:
        session = open_imap(account, credentials.incoming_password, "testing", record)
    except PostscopeError as error:
        add(_failure(title, "IMAP", error, explain))
        return
    add(ProbeStep(title, True, _how(endpoint.security), connection_id=session.connection_id))
    try:
        folders = session.list_folders()
        snapshot = session.open_folder("INBOX", read_only=True)
        session.log_out()
    except PostscopeError as error:
        add(_failure("Look at the inbox", "IMAP", error, explain))
        return
    words = f"{len(folders)} folders; {snapshot.exists} messages in the inbox."
    add(ProbeStep("Look at the inbox", True, words, connection_id=session.connection_id))


def _probe_pop3(
    account: Account, credentials: Credentials, record: Record, explain: Explain, add: Callable[[ProbeStep], None]
) -> None:
    endpoint = account.incoming
    title = f"Connect to {endpoint.host} and sign in"
    try:
        session = connect_pop3(account, credentials.incoming_password, "testing", record)
    except PostscopeError as error:
        add(_failure(title, "POP3", error, explain))
        return
    add(ProbeStep(title, True, _how(endpoint.security), connection_id=session.connection_id))
    try:
        listing = session.list_messages()
        session.quit()
    except PostscopeError as error:
        add(_failure("Look at the maildrop", "POP3", error, explain))
        return
    words = f"{len(listing)} messages in the maildrop."
    if any(mail.uidl is None for mail in listing):
        words += " The server gives them no unique ids; they are told apart by their headers."
    if session.capabilities and "TOP" not in session.capabilities:
        words += " It cannot give headers alone (no TOP)."
    add(ProbeStep("Look at the maildrop", True, words, connection_id=session.connection_id))


def _probe_smtp(
    account: Account, credentials: Credentials, record: Record, explain: Explain, add: Callable[[ProbeStep], None]
) -> None:
    endpoint = account.submission
    title = f"Connect to {endpoint.host} and sign in"
    try:
        dialogue = connect_smtp(account, credentials.submission_password, "testing", record)
    except PostscopeError as error:
        add(_failure(title, "SMTP", error, explain))
        return
    connection_id = dialogue.wire.transcript.connection_id
    add(ProbeStep(title, True, _how(endpoint.security), connection_id=connection_id))
    try:
        dialogue.command("QUIT")
    except PostscopeError:
        pass  # It let us in, which is what was asked.
    dialogue.wire.close()
