"""Each mechanism against a real Dovecot, and what the program chooses by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailclient.domain.account import Account, Security
from mailclient.domain.errors import SignInNeeded
from mailclient.net.imap_connect import connect_imap
from mailclient.net.imap_dialogue import ImapDialogue
from mailclient.net.imap_sasl import ImapSasl
from mailclient.net.sign_in import sign_in_by_sasl
from mailclient.net.wire import Wire
from mailclient.protocol.sasl import Identity
from mailclient.protocol.transcript import Transcript
from tests.live.conftest import account_of
from tests.support.servers.dovecot import Dovecot

pytestmark = pytest.mark.live


@pytest.fixture
def alex(dovecot: Dovecot) -> Account:
    return account_of(dovecot, "sina@example.org")


def signed_in(account: Account, mechanism: str, password: str) -> bool:
    wire = Wire(account.incoming, "IMAP", "test", account.extra_ca_file, lambda _t: None)
    try:
        dialogue = ImapDialogue(wire)
        dialogue.next_response()
        endpoint = account.incoming
        identity = Identity(endpoint.username, password, endpoint.host, endpoint.port)
        return sign_in_by_sasl(ImapSasl(dialogue), [mechanism], identity, has_token=False)
    finally:
        wire.close()


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"])
def test_dovecot_lets_in_and_keeps_out_by_each_mechanism(dovecot: Dovecot, alex: Account, mechanism: str) -> None:
    assert signed_in(alex, mechanism, dovecot.password)
    with pytest.raises(SignInNeeded):
        signed_in(alex, mechanism, "not the password")


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS, Security.PLAIN])
def test_the_strongest_is_chosen_and_the_password_never_said(
    dovecot: Dovecot, alex: Account, security: Security
) -> None:
    port = dovecot.imaps_port if security is Security.TLS else dovecot.imap_port
    account = replace(alex, incoming=replace(alex.incoming, port=port, security=security))
    transcripts: list[Transcript] = []
    connect_imap(account, dovecot.password, "test", transcripts.append).wire.close()
    assert "AUTHENTICATE SCRAM-SHA-256" in transcripts[0].to_text()
    assert dovecot.password not in transcripts[0].to_text()
