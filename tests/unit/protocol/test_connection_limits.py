"""What servers say when one connection more is one too many."""

from __future__ import annotations

import pytest

from mailclient.protocol.connection_limits import is_connection_limit


@pytest.mark.parametrize(
    "words",
    [
        "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
        "[ALERT] Too many simultaneous connections. (Failure)",
        "Too many open connections",
        "Too many connections from your IP",
        "LOGIN failed: maximum number of concurrent sessions",
        "Connection limit exceeded for this user",
        "User has reached the connection limit",
    ],
)
def test_a_limit_is_recognised(words: str) -> None:
    assert is_connection_limit(words)


@pytest.mark.parametrize(
    "words",
    [
        "[AUTHENTICATIONFAILED] Invalid credentials",
        "Too many failed attempts",
        "The mailbox is too large",
        "Logging out",
        "",
    ],
)
def test_another_refusal_is_not(words: str) -> None:
    assert not is_connection_limit(words)
