"""The writer's thread: one transaction at a time, answers after COMMIT, errors to whoever waits."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from mailclient.domain.errors import DiskFull, PostscopeError, ProgramFault, StoreDamaged
from mailclient.store.writer import Writer, translated


def count(connection: sqlite3.Connection) -> int:
    """Return the number of rows."""
    return int(connection.execute("SELECT count(*) FROM t").fetchone()[0])


def add(connection: sqlite3.Connection) -> int:
    """Insert a row; return how many there are."""
    connection.execute("INSERT INTO t VALUES (1)")
    return count(connection)


def add_and_fail(connection: sqlite3.Connection) -> int:
    """Insert a row and break off."""
    add(connection)
    raise ProgramFault("No.")


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    """A running writer with one table."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(tmp_path / "w.sqlite", isolation_level=None)
        connection.execute("CREATE TABLE IF NOT EXISTS t (x)")
        return connection

    result = Writer(connect)
    result.start()
    return result


def test_a_closure_is_one_transaction(writer: Writer) -> None:
    assert writer.run(add) == 1
    with pytest.raises(ProgramFault):
        writer.run(add_and_fail)
    assert writer.read(count) == 1
    writer.stop()


def test_of_a_pair_the_first_stays_when_the_second_fails(writer: Writer) -> None:
    with pytest.raises(ProgramFault):
        writer.run_pair(add, lambda connection, _: add_and_fail(connection))
    assert writer.read(count) == 1
    writer.stop()


def test_posted_work_is_answered_after_commit(writer: Writer) -> None:
    answers: list[int | Exception] = []
    done = threading.Event()

    def then(answer: int | Exception) -> None:
        answers.append(answer)
        if len(answers) == 2:
            done.set()

    writer.post(add, then)
    writer.post(add_and_fail, then)
    assert done.wait(10)
    assert answers[0] == 1
    assert isinstance(answers[1], ProgramFault)
    writer.stop()


def test_a_faulty_listener_does_not_end_the_thread(writer: Writer) -> None:
    def then(_: object) -> None:
        raise ProgramFault("listener")

    writer.post(add, then)
    assert writer.run(add) == 2
    writer.stop()


def test_a_transaction_cannot_wait_for_another(writer: Writer) -> None:
    with pytest.raises(ProgramFault):
        writer.run(lambda _: writer.run(add))
    writer.stop()


def test_what_was_queued_is_done_before_the_end(writer: Writer) -> None:
    answers: list[object] = []
    for _ in range(20):
        writer.post(add, answers.append)
    writer.stop()
    assert answers == list(range(1, 21))
    with pytest.raises(ProgramFault):
        writer.run(add)
    writer.stop()


def test_many_threads_write_one_after_the_other(writer: Writer) -> None:
    def work() -> None:
        for _ in range(25):
            writer.run(add)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert writer.read(count) == 100
    writer.stop()


def test_a_second_half_that_found_the_disk_full_runs_before_anything_else(writer: Writer) -> None:
    """Whoever acts upon a message that was moved a moment ago must find it where it was moved to."""
    seen: list[str] = []
    full = [True]

    def second(connection: sqlite3.Connection, _: object) -> None:
        seen.append("second")
        if full:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

    with pytest.raises(DiskFull):
        writer.run_pair(lambda _: seen.append("first"), second)
    with pytest.raises(DiskFull):
        writer.run(lambda _: seen.append("later"))
    assert writer.read(lambda _: "reading goes on") == "reading goes on"
    full.clear()
    writer.run(lambda _: seen.append("later"))
    writer.run(lambda _: seen.append("last"))
    assert seen == ["first", "second", "second", "second", "later", "last"]


def test_a_failure_to_open_is_raised_to_the_opener() -> None:
    def connect() -> sqlite3.Connection:
        raise StoreDamaged("Cannot be opened.")

    with pytest.raises(StoreDamaged):
        Writer(connect).start()


def test_a_disk_that_fails_while_the_files_are_opened_is_told_in_words() -> None:
    def connect() -> sqlite3.Connection:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
        raise error

    with pytest.raises(DiskFull, match="refuses to store"):
        Writer(connect).start()


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (sqlite3.SQLITE_FULL, DiskFull, "disk is full"),
        (sqlite3.SQLITE_CORRUPT, StoreDamaged, "damaged"),
        (sqlite3.SQLITE_CORRUPT | (1 << 8), StoreDamaged, "damaged"),
        (sqlite3.SQLITE_IOERR, DiskFull, "refuses to store"),
        (sqlite3.SQLITE_READONLY, StoreDamaged, "cannot be written"),
        (sqlite3.SQLITE_BUSY, StoreDamaged, "another program"),
        (sqlite3.SQLITE_CONSTRAINT, StoreDamaged, "refused"),
    ],
)
def test_errors_of_the_database_become_sentences(code: int, kind: type[PostscopeError], words: str) -> None:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    result = translated(error)
    assert type(result) is kind
    assert words in result.sentence
