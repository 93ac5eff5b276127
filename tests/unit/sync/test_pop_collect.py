"""When a message arrived, told from its header."""

from __future__ import annotations

import pytest

from mailclient.sync.pop_collect import decide_received_unix_s

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (
            b"Received: from a\r\n\tby b; Mon, 02 Nov 2026 10:00:00 +0000\r\nDate: Sun, 01 Nov 2026 10:00:00 +0000\r\n",
            1793613600,
        ),
        (b"Date: Sun, 01 Nov 2026 10:00:00 +0000\r\n", 1793527200),
        (b"Date: Sun, 01 Nov 2099 10:00:00 +0000\r\n", int(NOW)),
        (b"Received: nonsense\r\nSubject: x\r\n", int(NOW)),
        (b"", int(NOW)),
    ],
    ids=["the newest Received", "Date", "the future", "nonsense", "nothing"],
)
def test_the_time_of_arrival(header: bytes, seconds: int) -> None:
    assert decide_received_unix_s(header, NOW) == seconds
