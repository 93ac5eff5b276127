"""Whose a Message-ID is, who wrote it, which parents are here and which are missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from mailclient.app.glossary import place_header
from mailclient.domain.folder import FolderRole
from mailclient.domain.ids import AccountId, MessageId
from mailclient.domain.stored import StoredMessage
from mailclient.paths import resource_path
from mailclient.xray.finding import Severity
from mailclient.xray.identity import MAX_CHAIN, Identity
from mailclient.xray.inspection import Context, Inspection, inspect
from mailclient.xray.own_servers import OwnServers

ANNA, BERT = AccountId("a"), AccountId("b")
NAMES = {ANNA: "anna@example.org", BERT: "bert@example.com"}


@dataclass
class FakeCollection:
    """A store that lies in memory."""

    messages: list[StoredMessage] = field(default_factory=list)
    bytes_of: dict[MessageId, bytes] = field(default_factory=dict)
    open: int = 0

    def put(
        self,
        raw: bytes,
        folder: str = "INBOX",
        role: FolderRole = FolderRole.INBOX,
        account: AccountId = ANNA,
        *,
        whole: bool = True,
    ) -> MessageId:
        block = inspect(raw)
        key = MessageId(len(self.messages) + 1)
        name = block.identity.identifiers[0].text
        references = tuple(link.name for link in block.identity.chain)
        subject = block.message.headers.first("Subject") or ""
        self.messages.append(
            StoredMessage(key, name, account, folder, role, "", block.sender.address, subject, 0, len(raw), references)
        )
        if whole:
            self.bytes_of[key] = raw
        return key

    def with_message_ids(self, fields: Sequence[str], /) -> Sequence[StoredMessage]:
        return [one for one in self.messages if one.message_id_field in fields]

    def raw(self, message_id: MessageId, /) -> bytes | None:
        return self.bytes_of.get(message_id)

    @contextmanager
    def opened(self) -> Iterator[FakeCollection]:
        self.open += 1
        yield self
        self.open -= 1

    def inspect(self, raw: bytes, shown: MessageId | None = None, *names: AccountId) -> Inspection:
        own = OwnServers(addresses=("anna@example.org",))
        accounts = {name: NAMES[name] for name in names}
        found = inspect(
            raw,
            Context(own, place_field=place_header, collection=self.opened, shown=shown, account_names=accounts),
        )
        assert found.unexamined == ()
        assert self.open == 0
        return found


def identity(*lines: str) -> Identity:
    found = inspect("\r\n".join([*lines, "", "Hello"]).encode())
    assert found.unexamined == ()
    return found.identity


def findings(found: Inspection) -> dict[str, Severity]:
    return {finding.id: finding.severity for finding in found.findings}


RECEIVED = (
    "Received: from pc.example.net by mx.example.com (Postfix) with ESMTP id 4QZ8Kk2pTz9s; "
    "Tue, 24 Nov 2026 09:12:04 +0100"
)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["From: a@example.org", "Message-ID: <1@example.org>"], "example.org, the domain of the author's address."),
        (["From: a@example.org", "Message-ID: <1@mail.example.org>"], "belongs to example.org like the domain of the"),
        (["From: a@x.org", "Sender: b@example.org", "Message-ID: <1@example.org>"], "the domain of the sender's"),
        ([RECEIVED, "From: a@x.org", "Message-ID: <1@mx.example.com>"], "the server that took the message in first"),
        ([RECEIVED, "From: a@x.org", "Message-ID: <1@pc.example.net>"], "the machine that handed the message in"),
        (["From: a@x.org", "DKIM-Signature: v=1; d=example.org; s=a", "Message-ID: <1@example.org>"], "signed it"),
        (["From: a@x.org", "List-Id: <a.example.org>", "Message-ID: <1@a.example.org>"], "the mailing list"),
        (["From: a@x.org", "Message-ID: <1@example.org>"], "names nowhere else"),
        (["From: a@bücher.example", "Message-ID: <1@xn--bcher-kva.example>"], "the domain of the author's address"),
        (["From: a@x.org", "Message-ID: <1@localhost>"], "only inside one network"),
        (["From: a@x.org", "Message-ID: <1@[192.0.2.1]>"], "instead of a domain"),
        (["From: a@x.org", "Message-ID: <1>"], "no domain"),
        (["From: a@x.org"], "no Message-ID"),
    ],
)
def test_whose_domain_it_ends_in(lines: list[str], words: str) -> None:
    assert words in identity(*lines).owner.whose


def test_a_server_that_wrote_it_is_known_by_its_own_number() -> None:
    found = identity(RECEIVED, "From: a@x.org", "Message-ID: <20261124091204.4QZ8Kk2pTz9s@mx.example.com>")
    assert found.owner.written_by.startswith("mx.example.com wrote it")
    assert len(found.owner.in_received) == 1


def test_a_known_form_is_a_hint() -> None:
    found = identity("From: a@x.org", "Message-ID: <000001d9c5b1$1a2b3c40$4f5e6d70$@x.org>")
    assert "the mail program Outlook writes. A form can be copied." in found.owner.written_by


def test_the_chain_is_told_oldest_first_with_its_bytes() -> None:
    raw = b"From: a@x.org\r\nIn-Reply-To: <2@x.org>\r\nReferences: <1@x.org>\r\n <2@x.org>\r\nMessage-ID: <3@x.org>\r\n\r\n"
    found = inspect(raw).identity
    assert [(raw[slice(*link.place)], link.is_parent) for link in found.chain] == [
        (b"<1@x.org>", False),
        (b"<2@x.org>", True),
    ]
    assert not found.looked


def test_parents_that_are_here_are_told_from_those_that_are_missing() -> None:
    store = FakeCollection()
    store.put(b"From: b@x.org\r\nSubject: First\r\nMessage-ID: <1@x.org>\r\n\r\n", "Archive", FolderRole.ARCHIVE)
    raw = b"From: a@x.org\r\nReferences: <1@x.org> <2@x.org>\r\nMessage-ID: <3@x.org>\r\n\r\n"
    found = store.inspect(raw).identity
    assert [[one.subject for one in link.here] for link in found.chain] == [["First"], []]
    assert (found.looked, found.missing) == (True, 1)
    assert found.where(found.chain[0].here[0]) == "Archive"


def test_a_long_chain_keeps_its_first_and_its_last() -> None:
    names = " ".join(f"<{n}@x.org>" for n in range(500))
    found = inspect(f"From: a@x.org\r\nReferences: {names}\r\nMessage-ID: <m@x.org>\r\n\r\n".encode())
    chain = found.identity.chain
    assert (len(chain), chain[0].name, chain[-1].name) == (MAX_CHAIN, "<0@x.org>", "<499@x.org>")
    assert found.identity.left_out == 400
    assert findings(found)["long-chain"] is Severity.INFO


def test_a_chain_that_was_cut_is_seen_by_what_is_here() -> None:
    store = FakeCollection()
    store.put(b"From: b@x.org\r\nReferences: <0@x.org>\r\nMessage-ID: <1@x.org>\r\n\r\n")
    found = store.inspect(b"From: a@x.org\r\nReferences: <1@x.org>\r\nMessage-ID: <3@x.org>\r\n\r\n")
    assert findings(found)["chain-cut"] is Severity.INFO


@pytest.mark.parametrize(
    ("lines", "name", "severity"),
    [
        (["Subject: Hello"], "message-id-missing", Severity.NOTICE),
        (["Message-ID: <1@localhost>"], "message-id-without-domain", Severity.INFO),
        (["Message-ID: <1@x.org>", "References: <1@x.org>"], "refers-to-itself", Severity.NOTICE),
        (["Message-ID: <1@x.org>", "Subject: Re: your order"], "answer-to-nothing", Severity.NOTICE),
        (
            ["Message-ID: <1@x.org>", "References: <2@x.org> <3@x.org>", "In-Reply-To: <2@x.org>"],
            "two-parents",
            Severity.INFO,
        ),
    ],
)
def test_what_is_remarkable_is_never_an_alarm(lines: list[str], name: str, severity: Severity) -> None:
    found = inspect("\r\n".join(["From: a@x.org", *lines, "", "Hello"]).encode())
    assert findings(found)[name] is severity


def test_nothing_is_said_of_a_usual_answer() -> None:
    found = inspect(resource_path("specimens", "conversation-3.eml").read_bytes())
    assert found.identity.findings == ()
    assert found.identity.chain
