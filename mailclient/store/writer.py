"""The one thread that writes: a queue of closures, each run as one transaction on the one read-write connection.

``cache.sqlite`` is the main database, ``user.sqlite`` is attached as ``user``. A transaction should change one of the
two files only: what needs both is two steps in an order that survives a crash between them (docs/adr/0004). Must not
know what the tables mean; never to be waited on by the window's thread.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import TypeVar

from mailclient.domain.errors import DiskFull, PostscopeError, ProgramFault, StoreDamaged

T = TypeVar("T")
A = TypeVar("A")
Closure = Callable[[sqlite3.Connection], T]
Work = Callable[[sqlite3.Connection], None]

_log = logging.getLogger(__name__)


class _Catching(AbstractContextManager["_Catching"]):
    """Holds what its block raised, to be handed to the thread that waits for it."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        self.error = error if isinstance(error, Exception) else None
        return self.error is not None


class Writer:
    """Owns the read-write connection from :meth:`start` to :meth:`stop`."""

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        on_stopped: Callable[[], None] | None = None,
        on_damage: Callable[[], None] | None = None,
    ) -> None:
        """``connect`` opens both files, in the writer's own thread; ``on_stopped`` runs after a clean close.

        ``on_damage`` runs once when SQLite finds a file corrupt; no stop is a clean one after that.
        """
        self._connect = connect
        self._on_stopped = on_stopped
        self._on_damage = on_damage
        self._is_damaged = False
        self._jobs: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._ready: Future[None] = Future()
        self._gate = threading.Lock()
        self._stopped = False
        self._owed: list[Closure[object]] = []
        """Second halves of pairs that found the disk full. Only the writer's thread looks at it."""

    def start(self) -> None:
        """Start the thread and wait until the files are open; raises what opening raised."""
        self._thread.start()
        self._ready.result()

    def stop(self) -> None:
        """Finish what is queued, close the files, end the thread. Later calls raise ProgramFault."""
        with self._gate:
            if self._stopped:
                return
            self._stopped = True
            self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def run(self, closure: Closure[T]) -> T:
        """Run a closure as one transaction; return its result after COMMIT, or raise after ROLLBACK.

        Raises DiskFull or StoreDamaged for failures of the database, and whatever the closure raises.
        """
        return self.begin(closure)()

    def begin(self, closure: Closure[T]) -> Callable[[], T]:
        """Queue a closure and return what waits for its COMMIT: gives its result or raises as :meth:`run` does."""
        return self._begin(lambda connection: self._write(connection, closure))

    def run_pair(self, first: Closure[A], second: Callable[[sqlite3.Connection, A], T]) -> T:
        """Run two transactions with nothing between them; ``second`` is given the result of ``first``.

        When the second fails the first stays. The second is owed then: it runs before anything else is written, and
        its effect is repeated at the next start.
        """

        def both(connection: sqlite3.Connection) -> T:
            result = self._transaction(connection, first, "IMMEDIATE")

            def rest(inner: sqlite3.Connection) -> T:
                return second(inner, result)

            try:
                return self._transaction(connection, rest, "IMMEDIATE")
            except DiskFull:
                self._owed.append(rest)
                raise

        return self._wait(lambda connection: self._after_debts(connection, both))

    def _after_debts(self, connection: sqlite3.Connection, step: Closure[T]) -> T:
        """Do first what could not be stored when it was due: what comes now may build upon it."""
        while self._owed:
            self._transaction(connection, self._owed[0], "IMMEDIATE")
            del self._owed[0]
        return step(connection)

    def _write(self, connection: sqlite3.Connection, closure: Closure[T]) -> T:
        return self._after_debts(connection, lambda inner: self._transaction(inner, closure, "IMMEDIATE"))

    def read(self, closure: Closure[T]) -> T:
        """Run a closure that only reads, seeing everything that was queued before it."""
        return self._wait(lambda connection: self._transaction(connection, closure, "DEFERRED"))

    def run_alone(self, step: Closure[T]) -> T:
        """Run a closure that cannot be part of a transaction (VACUUM), between two others; waits until it is done."""
        return self._wait(step)

    def post(self, closure: Closure[T], then: Callable[[T | Exception], None] | None = None) -> None:
        """Queue a closure, return at once; ``then`` gets its result after COMMIT, or the exception, on this thread."""

        def work(connection: sqlite3.Connection) -> None:
            with _Catching() as caught:
                result = self._write(connection, closure)
            if then is not None:
                then(result if caught.error is None else caught.error)
            elif caught.error is not None:
                _log.error("A queued transaction failed: %s", caught.error)

        self._put(work)

    def _wait(self, step: Closure[T]) -> T:
        return self._begin(step)()

    def _begin(self, step: Closure[T]) -> Callable[[], T]:
        if threading.current_thread() is self._thread:
            raise ProgramFault("A transaction tried to wait for another one.")
        future: Future[T] = Future()

        def work(connection: sqlite3.Connection) -> None:
            with _Catching() as caught:
                result = step(connection)
            if caught.error is not None:
                future.set_exception(caught.error)
            else:
                future.set_result(result)

        self._put(work)
        return future.result

    def _put(self, work: Work) -> None:
        with self._gate:
            if self._stopped:
                raise ProgramFault("The mail store is closed.")
            self._jobs.put(work)

    def _run(self) -> None:
        with _Catching() as caught:
            connection = self._connect()
        if caught.error is not None:
            error = caught.error
            self._ready.set_exception(translated(error) if isinstance(error, sqlite3.Error) else error)
            return
        self._ready.set_result(None)
        while (work := self._jobs.get()) is not None:
            with _Catching() as caught:
                work(connection)
            if caught.error is not None:
                # Only a ``then`` can get here: its fault must not end the thread that everybody waits for.
                _log.error("What follows a transaction failed", exc_info=caught.error)
        connection.close()
        if self._on_stopped is not None and not self._is_damaged:
            self._on_stopped()

    def _transaction(self, connection: sqlite3.Connection, closure: Closure[T], mode: str) -> T:
        try:
            return _transaction(connection, closure, mode)
        except sqlite3.Error as error:
            if is_damage(error) and not self._is_damaged:
                self._is_damaged = True
                if self._on_damage is not None:
                    self._on_damage()
            raise translated(error) from error


def is_damage(error: sqlite3.Error) -> bool:
    """True when SQLite says that a file is not, or no longer, a sound database."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def translated(error: sqlite3.Error) -> PostscopeError:
    """Return the error of the domain for one of SQLite's."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return DiskFull("The disk is full. Mail that is here can be read; nothing new is stored until there is room.")
    if code == sqlite3.SQLITE_IOERR:
        return DiskFull(f"The disk refuses to store anything ({error}). Mail that is here can be read. Check the disk.")
    if is_damage(error):
        return StoreDamaged("The mail store is damaged. Restart Postscope: it repairs what it can at the start.")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return StoreDamaged(f"The mail store cannot be written ({error}). Check the disk and the folder's permissions.")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreDamaged("The mail store is held by another program. Close it and try again.")
    return StoreDamaged(f"The mail store refused a change: {error}.")


def _transaction(connection: sqlite3.Connection, closure: Closure[T], mode: str) -> T:
    connection.execute(f"BEGIN {mode}")
    try:
        result = closure(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result
