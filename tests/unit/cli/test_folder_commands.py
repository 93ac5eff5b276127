"""``postscope folder``: a real process, a profile of its own, the lab's server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailclient.lab.environment import Lab
from tests.unit.cli.test_commands import ADDRESS, PASSWORD, Shell, lab

__all__ = ["lab"]


@pytest.fixture
def shell(tmp_path: Path, lab: Lab) -> Shell:
    """A profile that has been synchronised once."""
    found = Shell(tmp_path / "profile")
    words = ("--imap", f"127.0.0.1:{lab.imap_port}/plain", "--smtp", f"127.0.0.1:{lab.smtp_port}/plain")
    found.run(
        "account", "add", "--address", ADDRESS, *words, "--password-stdin", "--no-test", stdin=PASSWORD.encode() + b"\n"
    )
    found.run("sync", "--password-stdin", stdin=PASSWORD.encode())
    return found


def folder(shell: Shell, *words: str, code: int = 0) -> dict[str, str]:
    verb, *rest = words
    out = shell.run("folder", verb, "--json", "--password-stdin", ADDRESS, *rest, stdin=PASSWORD.encode(), code=code)
    result: dict[str, str] = json.loads(out.stdout)
    return result


def test_folders_are_changed_on_the_server(shell: Shell, lab: Lab) -> None:
    boxes = lab.users[ADDRESS].mailboxes
    assert folder(shell, "create", "Work") | {"account": ""} == {
        "account": "",
        "outcome": "done",
        "sentence": "Created “Work”",
    }
    folder(shell, "create", "Work/Bills & Co")
    folder(shell, "rename", "Work", "Arbeit")
    assert {"Arbeit", "Arbeit/Bills & Co"} <= set(boxes)
    folder(shell, "move", "Arbeit/Bills & Co")
    folder(shell, "unsubscribe", "Bills & Co")
    assert not boxes["Bills & Co"].subscribed
    folder(shell, "trash", "Bills & Co")
    assert "Trash/Bills & Co" in boxes
    folder(shell, "delete", "Arbeit", "--for-good")
    assert "Arbeit" not in boxes


def test_deleting_needs_a_word_more(shell: Shell, lab: Lab) -> None:
    folder(shell, "create", "Work")
    said = shell.run("folder", "delete", ADDRESS, "Work", code=1).stderr.decode()
    assert "--for-good" in said
    assert "Work" in lab.users[ADDRESS].mailboxes


def test_what_is_refused_says_so_and_exits_with_1(shell: Shell, lab: Lab) -> None:
    lab.users[ADDRESS].folder_limit = 1
    result = folder(shell, "create", "Work", code=1)
    assert result["outcome"] == "refused"
    assert "[OVERQUOTA]" in result["sentence"]
    assert "already has a folder" in shell.run("folder", "create", ADDRESS, "archive", code=1).stderr.decode()
    assert "The inbox keeps its name" in shell.run("folder", "rename", ADDRESS, "inbox", "X", code=1).stderr.decode()


def test_what_cannot_be_done_now_waits_and_is_done_by_the_next_sync(shell: Shell, lab: Lab) -> None:
    # Without a password there is no way to the server.
    result = json.loads(shell.run("folder", "create", "--json", ADDRESS, "Later", code=1).stdout)
    assert result["outcome"] == "waiting"
    assert "Later" not in lab.users[ADDRESS].mailboxes
    assert b"Later" in shell.run("list", ADDRESS).stdout
    shell.run("sync", "--password-stdin", stdin=PASSWORD.encode())
    assert "Later" in lab.users[ADDRESS].mailboxes
