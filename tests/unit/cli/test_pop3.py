"""A POP3 account on the command line: added, tested, synchronised, read, sent from, and removed with a warning."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailclient.lab.environment import Lab
from tests.unit.cli.test_commands import ADDRESS, PASSWORD, RAW, Shell

SECRET = PASSWORD.encode()


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab({ADDRESS: PASSWORD, "robin@example.org": "other"}) as found:
        found.deliver(ADDRESS, RAW)
        yield found


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "profile")


def add(shell: Shell, lab: Lab, *words: str, code: int = 0) -> bytes:
    servers = ("--pop3", f"127.0.0.1:{lab.pop3_port}/plain", "--smtp", f"127.0.0.1:{lab.smtp_port}/plain")
    command = ("account", "add", "--protocol", "pop3", "--address", ADDRESS, *servers, "--password-stdin", *words)
    return shell.run(*command, stdin=SECRET, code=code).stderr


def test_the_main_job_by_pop3(shell: Shell, lab: Lab, tmp_path: Path) -> None:
    assert b"Look at the maildrop" in add(shell, lab, "--leave-on-server", "remove")
    assert [account["protocol"] for account in shell.json("account", "list")] == ["pop3"]
    (result,) = shell.json("sync", "--password-stdin", stdin=SECRET)
    assert result["ok"], result
    assert lab.users[ADDRESS].mailboxes["INBOX"].messages == []
    roles = {folder["role"] for folder in shell.json("list", ADDRESS)}
    assert {"inbox", "sent", "drafts", "trash", "archive", "junk"} <= roles
    (message,) = shell.json("list", ADDRESS, "inbox")
    assert message["sha256"] == hashlib.sha256(RAW).hexdigest()
    assert shell.run("show", str(message["id"]), "--raw").stdout == RAW
    letter = tmp_path / "letter.eml"
    letter.write_bytes(
        b"From: alex@example.org\r\nTo: robin@example.org\r\nSubject: Out\r\nMessage-ID: <out1@example.org>\r\n"
        b"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\n\r\nHello\r\n"
    )
    assert shell.json("send", str(letter), "--password-stdin", stdin=SECRET)["state"] == "done"
    (result,) = shell.json("sync", "--password-stdin", stdin=SECRET)
    assert result["ok"], result
    (copy,) = shell.json("list", ADDRESS, "sent")
    assert copy["subject"] == "Out"
    assert b"2 messages" in shell.run("account", "remove", ADDRESS, code=1).stderr
    shell.run("account", "remove", ADDRESS, "--with-local-mail")
    assert shell.json("account", "list") == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--leave-on-server", "sometimes"), b"is not a time"),
        (("--deliver-to", "nobody@example.org"), b"There is no account"),
    ],
)
def test_bad_choices_end_in_a_sentence(shell: Shell, lab: Lab, words: tuple[str, ...], sentence: bytes) -> None:
    assert sentence in add(shell, lab, *words, code=1)


def test_the_lab_tells_where_pop3_is(lab: Lab) -> None:
    assert lab.pop3_port not in {lab.imap_port, lab.smtp_port}
