"""``account set`` as a script uses it, and what ``sync`` fetches after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailclient.cli.scope_commands import parse_scope
from mailclient.domain.errors import BadInput
from mailclient.domain.scope import DownloadScope, Keep
from mailclient.lab.environment import Lab
from tests.unit.cli.test_commands import ADDRESS, PASSWORD, Shell

SMALL = b"From: a@example.net\r\nSubject: Small\r\nMessage-ID: <1@x>\r\n\r\nA lighthouse\r\n"
LARGE = b"From: a@example.net\r\nSubject: Large\r\nMessage-ID: <2@x>\r\n\r\n" + b"A lighthouse\r\n" * 1000


@pytest.mark.parametrize(
    ("word", "limit", "scope"),
    [
        ("everything", None, DownloadScope(Keep.EVERYTHING, 30, 10)),
        ("14", "none", DownloadScope(Keep.RECENT, 14)),
        ("headers", "2.5", DownloadScope(Keep.HEADERS, 30, 2_500_000)),
        (None, "1", DownloadScope(Keep.RECENT, 30, 1_000_000)),
        ("nothing", None, DownloadScope(Keep.NOTHING, 30, 10)),
    ],
)
def test_words_become_a_scope(word: str | None, limit: str | None, scope: DownloadScope) -> None:
    assert parse_scope(DownloadScope(Keep.RECENT, 30, 10), word, limit) == scope


@pytest.mark.parametrize(
    ("word", "limit"), [("half", None), ("recent", None), ("0", None), ("99999999", None), (None, "much"), (None, "-1")]
)
def test_other_words_are_refused_with_those_that_are_possible(word: str | None, limit: str | None) -> None:
    with pytest.raises(BadInput, match=r"Write|write"):
        parse_scope(DownloadScope(), word, limit)


def test_a_size_limit_is_honoured_and_widening_fetches_the_rest(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "profile")
    with Lab({ADDRESS: PASSWORD}) as lab:
        lab.deliver(ADDRESS, SMALL)
        lab.deliver(ADDRESS, LARGE)
        shell.add(lab)
        assert shell.json("account", "set", ADDRESS, "--size-limit", "0.005", "--model", "offline") == {
            "account": shell.json("account", "list")[0]["id"],
            "folder": None,
            "model": "offline",
            "scope": {"keep": "everything", "days": None, "max_size_bytes": 5000},
            "kept_bytes": 0,
            "free_bytes": 0,
        }
        shell.run("sync", "--password-stdin", stdin=PASSWORD.encode())
        assert _complete(shell) == {"Small"}
        shell.run("account", "set", ADDRESS, "--size-limit", "none")
        shell.run("sync", "--password-stdin", stdin=PASSWORD.encode())
        assert _complete(shell) == {"Small", "Large"}
        told = shell.run("account", "set", ADDRESS, "--folder", "inbox", "--scope", "headers").stderr.decode()
        assert "2 messages (0.0 MB) outside of that are still here; --free frees them." in told
        assert _complete(shell) == {"Small", "Large"}
        told = shell.run("account", "set", ADDRESS, "--folder", "inbox", "--free").stderr.decode()
        assert "of 2 messages; the server keeps them." in told
        assert _complete(shell) == set()
        assert shell.json("account", "set", ADDRESS, "--folder", "inbox", "--scope", "account")["scope"] is None
        shell.run("account", "set", ADDRESS, "--folder", "inbox", "--model", "online", code=1)


def _complete(shell: Shell) -> set[str]:
    """Return the subjects of the messages whose bytes are here."""
    return {row["subject"] for row in shell.json("list", ADDRESS, "inbox") if row["sha256"]}
