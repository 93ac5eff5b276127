"""Blocking work done elsewhere."""

from __future__ import annotations

import threading
from pathlib import Path

from mailclient.domain.errors import PostscopeError, SignInNeeded
from mailclient.engine.background import Background
from tests.unit.engine.world import World


def test_background_work_answers_whatever_happens(world: World) -> None:
    answers: list[object] = []
    heard = threading.Event()

    def done(result: object) -> None:
        answers.append(result)
        if len(answers) == 4:
            heard.set()

    def refuse() -> None:
        raise SignInNeeded("Type the password.")

    world.engine.run_in_background(lambda: 42, done)
    world.engine.run_in_background(refuse, done)
    world.engine.run_in_background(lambda: 1 // 0, done)
    world.engine.run_in_background(lambda: Path("/does/not/exist").read_bytes(), done)
    assert heard.wait(5)
    assert 42 in answers
    assert sorted(type(answer).__name__ for answer in answers) == [
        "FileNotFoundError",
        "ProgramFault",
        "SignInNeeded",
        "int",
    ]
    assert all(str(answer) for answer in answers if isinstance(answer, PostscopeError))


def test_nothing_is_reported_after_the_end() -> None:
    background = Background()
    begun, go_on, told = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(5)

    def last() -> None:
        threads = [thread for thread in threading.enumerate() if thread.name.startswith("background-")]
        for thread in threads:
            thread.join(5)

    background.run(work, lambda _result: told.set())
    assert begun.wait(5)
    background.stop()
    go_on.set()
    last()
    background.run(work, lambda _result: told.set())
    assert not told.is_set()


def test_a_listener_that_fails_costs_no_thread(world: World) -> None:
    heard = threading.Event()

    def fail(_result: object) -> None:
        raise ZeroDivisionError

    for _ in range(8):
        world.engine.run_in_background(lambda: None, fail)
    world.engine.run_in_background(lambda: None, lambda _result: heard.set())
    assert heard.wait(5)
