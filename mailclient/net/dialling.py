"""Makes one TCP connection, and can be given up at any moment from another thread.

A host often has several addresses, and some of them lead nowhere: they are tried a moment apart rather than one after the
other's time limit, families in turn, and the first that answers wins (RFC 8305, sections 4 and 5). Speaks no protocol.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from mailclient.domain.errors import Cancelled

ATTEMPT_DELAY_S: Final = 0.25
"""RFC 8305, section 5: so long an address has for itself before the next one is tried beside it."""


@dataclass(frozen=True, slots=True)
class Address:
    """One place to connect to, as ``getaddrinfo`` tells it."""

    family: int
    place: tuple[object, ...]


def in_turn(addresses: Sequence[Address]) -> list[Address]:
    """Return the addresses with their families in turn, beginning with that of the first (RFC 8305, section 4)."""
    if not addresses:
        return []
    first = [address for address in addresses if address.family == addresses[0].family]
    others = [address for address in addresses if address.family != addresses[0].family]
    return [address for pair in zip_longest(first, others) for address in pair if address is not None]


def system_addresses(host: str, port: int) -> list[Address]:
    """Ask the system for the addresses of a host; may take as long as it likes."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [Address(family, place) for family, _kind, _number, _name, place in answers]


class Dialling:
    """One attempt to reach a server. ``give_up`` may be called from any thread, before, during and after."""

    def __init__(self, resolve: Callable[[str, int], Sequence[Address]] = system_addresses) -> None:
        self._resolve_host = resolve
        self._given_up = False
        self._woken = threading.Event()
        self._ear, self._bell = socket.socketpair()

    def give_up(self) -> None:
        """End the attempt at once: it raises Cancelled."""
        self._given_up = True
        self._woken.set()
        with contextlib.suppress(OSError):
            self._bell.send(b"!")

    def dial(self, host: str, port: int, seconds: float) -> socket.socket:
        """Return a connected socket. Raises OSError or UnicodeError when there is none within that time."""
        deadline = time.monotonic() + seconds
        try:
            return self._race(in_turn(self._resolve(host, port, seconds)), deadline)
        finally:
            self._ear.close()
            self._bell.close()

    def _resolve(self, host: str, port: int, seconds: float) -> list[Address]:
        """Ask for the addresses of a host; on a thread, because nothing else can leave a question without an answer."""
        found: list[Address] = []
        failures: list[Exception] = []

        def ask() -> None:
            try:
                found.extend(self._resolve_host(host, port))
            except (OSError, UnicodeError) as error:
                failures.append(error)
            self._woken.set()

        if _is_address(host):
            ask()
        else:
            threading.Thread(target=ask, name="resolver", daemon=True).start()
            if not self._woken.wait(seconds):
                raise TimeoutError
        self._check()
        if failures:
            raise failures[0]
        return found

    def _race(self, addresses: list[Address], deadline: float) -> socket.socket:
        failures: list[OSError] = []
        running: list[socket.socket] = []
        try:
            while addresses or running:
                if addresses:
                    _begin(addresses.pop(0), running, failures)
                patience = deadline - time.monotonic()
                if patience <= 0:
                    raise TimeoutError
                winner = self._first_of(running, min(patience, ATTEMPT_DELAY_S) if addresses else patience, failures)
                if winner is not None:
                    running.remove(winner)
                    winner.setblocking(True)
                    return winner
        finally:
            for other in running:
                other.close()
        raise failures[0] if failures else OSError("the host has no address")

    def _first_of(self, running: list[socket.socket], seconds: float, failures: list[OSError]) -> socket.socket | None:
        """Wait until one of them is connected; those that failed are closed and taken out."""
        self._check()
        _, writable, broken = select.select([self._ear], running, running, seconds if running else 0.0)
        self._check()
        for each in dict.fromkeys((*writable, *broken)):
            number = each.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if not number:
                return each
            failures.append(_failure(number))
            running.remove(each)
            each.close()
        return None

    def _check(self) -> None:
        if self._given_up:
            raise Cancelled("The connection was given up from this side.")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _begin(address: Address, running: list[socket.socket], failures: list[OSError]) -> None:
    try:
        attempt = socket.socket(address.family, socket.SOCK_STREAM)
    except OSError as error:  # This machine does not speak that family.
        failures.append(error)
        return
    attempt.setblocking(False)
    try:
        attempt.connect(address.place)
    except BlockingIOError:
        pass
    except OSError as error:
        attempt.close()
        failures.append(error)
        return
    running.append(attempt)


def _failure(number: int) -> OSError:
    """Return the error of a number as the class that Python has for it (``ConnectionRefusedError`` and its kin)."""
    return OSError(number, os.strerror(number))
