"""The points of the crash and disk tests: a profile and a server in a known state, one fault, and the verdict."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Final

from mailclient.domain.account import Account
from mailclient.domain.draft import Draft
from mailclient.domain.pop import PopPolicy
from mailclient.lab.environment import Lab
from mailclient.store.migrations import read_steps
from tests.support.faults.driver import PASSWORD, assemble, make_account_file
from tests.support.faults.newer_schema import newer_schema
from tests.support.faults.oracle import ServerState
from tests.support.faults.pop_oracle import verdict_of, wait_until_nobody_is_in
from tests.support.faults.rooms import quick_room
from tests.support.faults.scenarios import ADDRESS, FRIEND, KEEPS, SCENARIOS
from tests.support.faults.tracing import Said, Zygote
from tests.support.messages import mixed_messages

MESSAGES: Final = 14


class Points:
    """Runs points one after another."""

    def __init__(self, lab: Lab, zygote: Zygote, room: Path) -> None:
        self._lab = lab
        self._zygote = zygote
        self._room = room
        self._server = ServerState.of(lab)
        self._templates: dict[str, Path] = {}
        self.longest_start_s = 0.0

    def _template(self, scenario: str) -> Path:
        """Return the profile that a scenario starts from."""
        kind = {"sync": "empty", "migrate": "old"}.get(scenario, scenario if scenario in KEEPS else "full")
        if kind not in self._templates:
            directory = self._room / f"template-{kind}"
            directory.mkdir(mode=0o700)
            make_account_file(directory, self._account(scenario))
            engine, services, account = assemble(directory)
            if kind in {"full", "old"}:
                engine.synchronise_now(account.id)
                services.drafts.save(Draft(None, account.id, subject="kept", text="kept text"))
            engine.stop()
            if kind == "old":
                _take_last_step_back(directory / "cache.sqlite")
            self._templates[kind] = directory
        return self._templates[kind]

    def _account(self, scenario: str) -> Account:
        if scenario in KEEPS:
            account = self._lab.pop3_account(ADDRESS, "Alex Morgan")
            return replace(account, pop=PopPolicy(keep=KEEPS[scenario]))
        return self._lab.account(ADDRESS, "Alex Morgan")

    def _fresh(self, scenario: str) -> Path:
        self._put_server_back()  # First: a template may be synchronised from what the server holds now.
        template = self._template(scenario)
        directory = self._room / "profile"
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(template, directory)
        self._put_server_back()
        return directory

    def _put_server_back(self) -> None:
        wait_until_nobody_is_in(self._lab)
        self._server.put_back(self._lab)

    def forget_profiles(self) -> None:
        """Make the profiles anew that scenarios start from."""
        for directory in self._templates.values():
            shutil.rmtree(directory)
        self._templates.clear()

    def count(self, scenario: str) -> dict[str, int]:
        """Return how many calls of each kind the scenario makes."""
        return self._zygote.count(scenario, self._fresh(scenario))

    def run(self, scenario: str, options: Sequence[str]) -> tuple[Said, int]:
        """Run one point, and look at what it left; fails with what does not hold."""
        directory = self._fresh(scenario)
        said, code = self._zygote.run(scenario, directory, options)
        with newer_schema() if scenario == "migrate" else nullcontext():
            verdict = verdict_of(scenario)(self._lab, self._server, directory, said)
            verdict.check()
        self.longest_start_s = max(self.longest_start_s, verdict.start_s)
        return said, code


def _take_last_step_back(file: Path) -> None:
    """Make a cache one version older: the tables and columns of its last step go."""
    *_, before, last = read_steps("cache")
    with closing(sqlite3.connect(file)) as connection:
        for index in re.findall(r"CREATE INDEX (\w+)", last.sql):
            connection.execute(f"DROP INDEX {index}")
        for table in re.findall(r"CREATE TABLE (\w+)", last.sql):
            connection.execute(f"DROP TABLE {table}")
        for table, column in re.findall(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", last.sql):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute(f"PRAGMA user_version = {before.version}")


@contextmanager
def running_points() -> Iterator[Points]:
    """Start the lab and the zygote."""
    lab = Lab({ADDRESS: PASSWORD, FRIEND: PASSWORD})
    for raw in mixed_messages(MESSAGES):
        lab.deliver(ADDRESS, raw)
    for raw in list(mixed_messages(MESSAGES + 4))[MESSAGES:]:
        lab.deliver(ADDRESS, raw, folder="Archive", flags=("\\Seen",))
    with quick_room() as room, lab, Zygote(room) as zygote:
        yield Points(lab, zygote, room)


__all__ = ["SCENARIOS", "Points", "running_points"]
