"""A connection's last lines: numbered, bounded, and cut apart only for whoever looks."""

from __future__ import annotations

from mailclient.domain.ids import ConnectionId
from mailclient.protocol.transcript import MAX_BYTES, MAX_LINE_BYTES, Direction, Transcript


def transcript() -> Transcript:
    """Return an empty one."""
    return Transcript(ConnectionId(1), "IMAP", "imap.example.org", "test")


def test_lines_that_came_together_are_shown_one_by_one() -> None:
    recorded = transcript()
    recorded.add(Direction.CLIENT, b"P1 NOOP", 1_000)
    recorded.add(Direction.SERVER, b"* 3 EXISTS\r\n\r\nP1 OK done", 1_020)
    assert [(line.number, line.direction.value, line.text) for line in recorded.lines()] == [
        (1, "C", "P1 NOOP"),
        (2, "S", "* 3 EXISTS"),
        (3, "S", ""),
        (4, "S", "P1 OK done"),
    ]
    assert recorded.last_from_server() == "P1 OK done"
    assert recorded.to_text() == "C: P1 NOOP\nS: * 3 EXISTS\nS: \nS: P1 OK done\n"


def test_the_oldest_make_room_and_numbers_go_on() -> None:
    recorded = transcript()
    for number in range(100):
        recorded.add(Direction.SERVER, b"%d\n" % number + b"x" * (MAX_BYTES // 50), 0)
    lines = recorded.lines()
    assert sum(len(line.raw) for line in lines) <= MAX_BYTES
    assert (lines[-1].number, lines[-2].text) == (200, "99")
    assert [line.number for line in lines] == list(range(lines[0].number, 201))


def test_a_long_line_is_cut_and_says_so() -> None:
    recorded = transcript()
    recorded.add(Direction.SERVER, b"short\n" + b"y" * (MAX_LINE_BYTES + 7), 0)
    assert recorded.lines()[1].text == "y" * MAX_LINE_BYTES + " [... 7 more bytes]"


def test_a_server_that_never_spoke_has_no_last_line() -> None:
    recorded = transcript()
    recorded.add(Direction.NOTE, b"connecting", 0)
    assert recorded.last_from_server() == ""


def test_the_newest_line_is_the_last_of_the_dialogue() -> None:
    transcript = Transcript(ConnectionId(1), "IMAP", "imap.example.org", "watching")
    assert transcript.last_line() is None
    assert transcript.began_unix_ms == 0
    transcript.add(Direction.CLIENT, b"P1 NOOP", 1_000)
    transcript.add(Direction.SERVER, b"* 1 EXISTS\r\n* 2 EXISTS\r\nP1 OK done", 2_000)
    assert transcript.last_line() == transcript.lines()[-1]
    assert transcript.began_unix_ms == 1_000
