"""Which extensions the whole test-suite does without: every one of them is optional, and ``make test-plain`` proves it.

``POSTSCOPE_TEST_WITHOUT`` holds capability words, or ``*`` for all of them. Read here and nowhere in the product: it
becomes part of each account record that a test makes for a server of its own: Dovecot, Courier, the lab. The server in
memory (``fake_mailbox``) has what each test gives it, and tests that are about an extension say so by ``needs``.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from mailclient.domain.account import Account
from mailclient.engine.pace import Pace
from mailclient.protocol.imap_capabilities import usable

WITHOUT = frozenset(os.environ.get("POSTSCOPE_TEST_WITHOUT", "").upper().split())


def as_asked(account: Account) -> Account:
    """Return the account as this run of the tests wants it."""
    return replace(account, without=account.without | WITHOUT)


def paced(pace: Pace) -> Pace:
    """Return the pace for this run: where no server can ring, minutes are short, so that polling brings what rings else."""
    return pace if usable(["IDLE"], WITHOUT) else replace(pace, minute_s=0.1)


def needs(*words: str, why: str = "the test is about it") -> pytest.MarkDecorator:
    """Mark a test whose subject is an extension: it has none when that is switched off. The run says so, and why."""
    missing = [word for word in words if not usable([word], WITHOUT)]
    return pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} is switched off in this run: {why}")
