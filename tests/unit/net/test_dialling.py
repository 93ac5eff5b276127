"""Reaching a server that has several addresses, some of which lead nowhere; and being told to let it be."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from mailclient.domain.errors import Cancelled
from mailclient.net.dialling import Address, Dialling, in_turn


@contextlib.contextmanager
def listening() -> Iterator[Address]:
    """A place that answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Address(socket.AF_INET, server.getsockname())


@contextlib.contextmanager
def silent() -> Iterator[Address]:
    """A place that says neither yes nor no: its queue is full, so the kernel drops whoever knocks."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        yield Address(socket.AF_INET, server.getsockname())


def nobody() -> Address:
    """A place where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return Address(socket.AF_INET, server.getsockname())


def given_up(dialling: Dialling, seconds: float = 60.0) -> BaseException | None:
    """Dial on another thread, give up, and return what came of it."""
    outcome: list[BaseException | None] = []

    def dial() -> None:
        try:
            dialling.dial("mail.example.org", 993, seconds).close()
            outcome.append(None)
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=dial)
    thread.start()
    dialling.give_up()
    thread.join(10)
    assert not thread.is_alive()
    return outcome[0]


def test_an_address_that_answers_is_connected_to() -> None:
    with listening() as place, Dialling(lambda _host, _port: [place]).dial("mail.example.org", 993, 5.0) as found:
        assert found.getpeername() == place.place
        assert found.getblocking()


def test_numbers_need_no_resolver() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
        with Dialling().dial("127.0.0.1", port, 5.0) as found:
            assert found.getpeername() == ("127.0.0.1", port)


def test_a_silent_address_does_not_keep_the_next_one_waiting() -> None:
    with silent() as first, listening() as second:
        found = Dialling(lambda _host, _port: [first, second]).dial("mail.example.org", 993, 20.0)
        assert found.getpeername() == second.place
        found.close()


def test_a_closed_port_is_passed_over() -> None:
    with listening() as second:
        dialling = Dialling(lambda _host, _port: [nobody(), second])
        with dialling.dial("mail.example.org", 993, 5.0) as found:
            assert found.getpeername() == second.place


def test_when_nothing_listens_that_is_said() -> None:
    with pytest.raises(ConnectionRefusedError):
        Dialling(lambda _host, _port: [nobody(), nobody()]).dial("mail.example.org", 993, 5.0)


def test_a_host_without_addresses_is_no_success() -> None:
    with pytest.raises(OSError, match="no address"):
        Dialling(lambda _host, _port: []).dial("mail.example.org", 993, 5.0)


def test_silence_ends_at_the_time_limit() -> None:
    with silent() as place, pytest.raises(TimeoutError):
        Dialling(lambda _host, _port: [place]).dial("mail.example.org", 993, 0.05)


def test_a_resolver_that_never_answers_ends_at_the_time_limit() -> None:
    never = threading.Event()

    def resolve(_host: str, _port: int) -> list[Address]:
        never.wait()
        return []

    with pytest.raises(TimeoutError):
        Dialling(resolve).dial("mail.example.org", 993, 0.05)
    never.set()


def test_giving_up_ends_a_connection_that_is_being_made() -> None:
    with silent() as place:
        assert isinstance(given_up(Dialling(lambda _host, _port: [place])), Cancelled)


def test_giving_up_ends_a_question_to_the_resolver() -> None:
    never = threading.Event()

    def resolve(_host: str, _port: int) -> list[Address]:
        never.wait()
        return []

    assert isinstance(given_up(Dialling(resolve)), Cancelled)
    never.set()


def test_giving_up_before_it_begins_counts_too() -> None:
    dialling = Dialling()
    dialling.give_up()
    with listening() as place, pytest.raises(Cancelled):
        dialling.dial("127.0.0.1", int(str(place.place[1])), 5.0)


def test_giving_up_afterwards_does_no_harm() -> None:
    with listening() as place:
        dialling = Dialling(lambda _host, _port: [place])
        with dialling.dial("mail.example.org", 993, 5.0) as found:
            dialling.give_up()
            assert found.getpeername() == place.place


def test_families_take_turns_beginning_with_the_first() -> None:
    six = [Address(socket.AF_INET6, (f"::{n}", 1)) for n in range(1, 4)]
    four = [Address(socket.AF_INET, (f"127.0.0.{n}", 1)) for n in range(1, 3)]
    assert in_turn([*six, *four]) == [six[0], four[0], six[1], four[1], six[2]]
    assert in_turn([*four, *six]) == [four[0], six[0], four[1], six[1], six[2]]
    assert in_turn([]) == []
