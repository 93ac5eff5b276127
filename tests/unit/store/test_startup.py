"""Killed between two transactions: the next start makes true what was begun, and loses nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mailclient.domain.flags import Flag
from mailclient.domain.operation import OperationState
from mailclient.store.startup import recover_journal
from tests.unit.store.house import ANNA, House, message

_VICTIM = """
import os, signal, sys
from pathlib import Path
from mailclient.domain.exchange import UidMapping
from mailclient.domain.flags import Flag, FlagChange
from mailclient.domain.ids import Uid, UidValidity
from mailclient.domain.operation import MoveReason
from mailclient.store import {module}
from tests.unit.store.house import House, message

house = House(Path(sys.argv[1]))
house.add("INBOX", message(1), message(2))
keys = house.ids("INBOX")
{before}
{module}.{function} = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
{action}
"""


def kill(directory: Path, module: str, function: str, action: str, before: str = "") -> None:
    """Run an action in another process that is killed where it calls a function."""
    script = _VICTIM.format(module=module, function=function, before=before, action=action)
    done = subprocess.run([sys.executable, "-c", script, str(directory)], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("action", "inbox", "archive"),
    [
        ('house.actions.move(keys[:1], house.folder("Archive"), MoveReason.ARCHIVE)', 1, 1),
        ("house.actions.delete_forever(keys[:1])", 1, 0),
        ("house.actions.change_flags(keys[:1], FlagChange(add=Flag.SEEN))", 2, 0),
    ],
)
def test_an_action_killed_before_its_effect_is_effective_after_the_start(
    tmp_path: Path, action: str, inbox: int, archive: int
) -> None:
    kill(tmp_path, "effects", "apply", action)
    house = House(tmp_path)
    (operation,) = house.reader.operations()
    assert operation.state is OperationState.PENDING
    assert (len(house.ids("INBOX")), len(house.ids("Archive"))) == (inbox, archive)
    assert house.uids("INBOX") == [1, 2]
    if "change_flags" in action:
        assert [house.flags(key) for key in house.ids("INBOX")] == [Flag.SEEN, Flag.NONE]
    house.close()


def test_an_undo_killed_before_its_effect_is_finished_at_the_start(tmp_path: Path) -> None:
    kill(
        tmp_path,
        "undo",
        "take_effect",
        "house.actions.undo_newest()",
        'house.actions.move(keys, house.folder("Archive"))',
    )
    house = House(tmp_path)
    assert len(house.ids("INBOX")) == 2
    assert house.uids("INBOX") == [1, 2]
    assert house.reader.operations() == ()
    assert not any(row.has_pending_change for row in house.reader.rows(house.ids("INBOX")))
    house.close()


def test_done_killed_before_the_entry_ends_is_replayed_and_ends_well(tmp_path: Path) -> None:
    kill(
        tmp_path,
        "replay_store",
        "close",
        "house.sync.operation_done(operation, UidMapping(UidValidity(1), {Uid(2): Uid(50)}))",
        'operation = house.actions.move(keys[:1], house.folder("Archive")).operation_ids[0]\n'
        "house.sync.operation_started(operation)",
    )
    house = House(tmp_path)
    assert house.uids("Archive") == [50]
    (operation,) = house.sync.runnable_operations(ANNA, 0.0)
    house.sync.operation_done(operation.id, None)
    assert house.uids("Archive") == [50]
    assert len(house.ids("Archive")) == 1
    house.close()


def test_a_refusal_killed_before_the_row_went_back_is_finished_at_the_start(tmp_path: Path) -> None:
    kill(
        tmp_path,
        "effects",
        "restore",
        'house.sync.operation_refused(operation, "No.")',
        'operation = house.actions.move(keys, house.folder("Archive")).operation_ids[0]',
    )
    house = House(tmp_path)
    assert house.ids("Archive") == ()
    assert house.uids("INBOX") == [1, 2]
    (operation,) = house.reader.operations()
    assert operation.state is OperationState.REFUSED
    house.actions.move(house.ids("INBOX"), house.folder("Archive"))
    house.again()
    assert len(house.ids("Archive")) == 2
    house.close()


def test_what_was_committed_outlives_a_kill(tmp_path: Path) -> None:
    kill(
        tmp_path,
        "effects",
        "apply",
        "house.actions.change_flags(keys, FlagChange(add=Flag.SEEN))",
        'house.sync.put_bodies(house.folder("INBOX"), [house.body(keys[0], "text", b"exact")])',
    )
    house = House(tmp_path)
    assert house.reader.raw(house.ids("INBOX")[0]) == b"exact"
    assert house.opened.sentences == ()
    house.close()


def test_recovering_twice_changes_nothing(house: House) -> None:
    house.add("INBOX", message(1), message(2))
    newest, oldest = house.ids("INBOX")
    house.actions.move([newest], house.folder("Archive"))
    house.actions.delete_forever([oldest])
    before = (house.ids("INBOX"), house.ids("Archive"), house.reader.operations(), house.reader.folders())
    recover_journal(house.writer)
    recover_journal(house.writer)
    assert (house.ids("INBOX"), house.ids("Archive"), house.reader.operations(), house.reader.folders()) == before


def test_what_has_run_is_undoable_only_within_a_run(house: House) -> None:
    house.add("INBOX", message(1))
    operation_id = house.actions.move(house.ids("INBOX"), house.folder("Archive")).operation_ids[0]
    house.sync.operation_done(operation_id, None)
    house.again()
    assert house.actions.undo_newest() is None
