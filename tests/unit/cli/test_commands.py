"""The subcommands as a script uses them: a real process, a profile of its own, the lab's servers."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailclient.lab.environment import Lab

ADDRESS, PASSWORD = "alex@example.org", "secret-canary-77"
RAW = b"From: Ada <ada@example.net>\r\nTo: alex@example.org\r\nSubject: Lantern\r\nMessage-ID: <1@x>\r\n\r\nA lighthouse\r\n"


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab({ADDRESS: PASSWORD, "robin@example.org": "other"}) as found:
        found.deliver(ADDRESS, RAW)
        yield found


class Shell:
    """Runs subcommands on one profile."""

    def __init__(self, directory: Path) -> None:
        self.profile = directory

    def run(self, *words: str, stdin: bytes = b"", code: int = 0) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "mailclient", "--profile", str(self.profile), *words]
        environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        result = subprocess.run(command, input=stdin, capture_output=True, check=False, env=environment)
        assert result.returncode == code, result.stderr.decode()
        assert b"Traceback" not in result.stderr
        return result

    def json(self, *words: str, stdin: bytes = b"") -> Any:
        return json.loads(self.run(*words, "--json", stdin=stdin).stdout)

    def add(self, lab: Lab, *, password: str = PASSWORD, code: int = 0) -> subprocess.CompletedProcess[bytes]:
        servers = ("--imap", f"127.0.0.1:{lab.imap_port}/plain", "--smtp", f"127.0.0.1:{lab.smtp_port}/plain")
        words = ("account", "add", "--address", ADDRESS, "--name", "Alex", *servers, "--password-stdin")
        return self.run(*words, stdin=password.encode() + b"\n", code=code)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "profile")


def test_the_main_job_without_a_window(shell: Shell, lab: Lab, tmp_path: Path) -> None:
    shell.add(lab)
    assert [account["address"] for account in shell.json("account", "list")] == [ADDRESS]
    (result,) = shell.json("sync", "--password-stdin", stdin=PASSWORD.encode())
    assert result["ok"], result
    assert (result["added"], result["removed"]) == (1, 0)
    assert 0 < result["first_added_seconds"] <= result["last_added_seconds"] <= result["seconds"]
    folders = {folder["role"]: folder for folder in shell.json("list", ADDRESS)}
    assert folders["inbox"]["total"] == 1
    (message,) = shell.json("list", ADDRESS, "inbox")
    assert message["subject"] == "Lantern"
    assert message["sha256"] == hashlib.sha256(RAW).hexdigest()
    assert shell.run("show", str(message["id"]), "--raw").stdout == RAW
    assert b"A lighthouse" in shell.run("show", str(message["id"])).stdout
    (hit,) = shell.json("search", "lighthouse")
    assert hit["id"] == message["id"]
    letter = tmp_path / "letter.eml"
    letter.write_bytes(
        b"From: alex@example.org\r\nTo: robin@example.org\r\nBcc: alex@example.org\r\nSubject: Out\r\n"
        b"Message-ID: <out1@example.org>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\n\r\nHello\r\n"
    )
    sent = shell.json("send", str(letter), "--password-stdin", stdin=PASSWORD.encode())
    assert sent["state"] == "done"
    assert [recipient["accepted"] for recipient in sent["recipients"]] == [True, True]
    arrived = lab.users["robin@example.org"].mailboxes["INBOX"].messages[0].raw
    assert b"Bcc" not in arrived
    shell.run("account", "remove", ADDRESS)
    assert shell.json("account", "list") == []


def test_a_wrong_password_is_told_with_the_servers_line(shell: Shell, lab: Lab) -> None:
    result = shell.add(lab, password="wrong", code=1)
    assert b"AUTHENTICATIONFAILED" in result.stderr
    assert b"password is wrong" in result.stderr
    assert shell.json("account", "list") == []


def test_no_secret_and_no_open_file_is_left(shell: Shell, lab: Lab) -> None:
    shell.add(lab)
    shell.json("sync", "--password-stdin", stdin=PASSWORD.encode())
    for path in shell.profile.rglob("*"):
        mode = stat.S_IMODE(path.lstat().st_mode)
        assert not mode & 0o077, f"{path} is {mode:o}"
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("list", "nobody@example.org"), b"There is no account"),
        (("show", "12345"), b"There is no message"),
        (("inspect", "/nowhere/x.eml"), b"cannot be read"),
        (("account", "add", "--address", "nonsense", "--password-stdin"), b"is not an address"),
        (
            (
                "account",
                "add",
                "--address",
                "a@example.org",
                "--imap",
                "mail.example.org:143/plain",
                "--password-stdin",
            ),
            b"can be read by anybody",
        ),
    ],
)
def test_bad_input_ends_in_a_sentence(shell: Shell, words: tuple[str, ...], sentence: bytes) -> None:
    assert sentence in shell.run(*words, code=1).stderr


def test_usage_errors_exit_with_2(shell: Shell) -> None:
    shell.run("list", code=2)
    shell.run("inspect", "--nonsense", code=2)


def test_inspect_explains_a_message_from_standard_input(shell: Shell) -> None:
    report = shell.json("inspect", "-", stdin=RAW)
    assert [header["name"] for header in report["headers"]] == ["From", "To", "Subject", "Message-ID"]
    subject = report["headers"][2]
    assert RAW[slice(*subject["range"])] == b"Subject: Lantern\r\n"
    assert subject["rfc"].startswith("RFC 5322")
    assert report["structure"]["section"] == "1"
    assert RAW[slice(*report["structure"]["body_range"])] == b"A lighthouse\r\n"
    assert report["body"]["text"] == "A lighthouse\r\n"
    sender = report["sender"]
    assert (sender["display_name"], sender["address"], sender["ambiguous"]) == ("Ada", "ada@example.net", False)
    assert sender["warnings"] == []
    assert report["reply"]["sender"]["to"][0]["address"] == "ada@example.net"
    assert report["identity"]["message_id"] == "<1@x>"


def test_inspect_has_a_report_for_anything(shell: Shell) -> None:
    for raw in (b"", b"\0" * 100, bytes(range(256)), b"Content-Type: multipart/mixed\r\n\r\nx"):
        assert shell.json("inspect", "-", stdin=raw)["structure"]["children"] == []
