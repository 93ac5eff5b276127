"""``activity``: what waits and why, without a window; and what can be done about it. Speaks to no server. No Qt.

Names are those that the list prints: ``action-12`` for something done to messages or folders, ``message-3`` for one to be
sent. What is made due here is tried by the next ``sync``, or by the window.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from mailclient.cli.output import Json, iso_time, print_json, printable, say
from mailclient.cli.services import Services
from mailclient.domain import commands as c
from mailclient.domain.activity import WaitingRow
from mailclient.domain.draft import OutboxState
from mailclient.domain.errors import BadInput
from mailclient.domain.events import AccountStatus, AccountStatusChanged
from mailclient.domain.ids import AccountId
from mailclient.engine.waiting import explain_operation, explain_sending
from mailclient.store.reader import Reader

_PAGE = 500


def run_list(arguments: argparse.Namespace, services: Services) -> int:
    """Print what waits, oldest first."""
    with services.reader() as reader:
        rows = list(_rows(reader))
    if arguments.json:
        print_json([_as_json(row) for row in rows])
    elif not rows:
        say("Nothing waits.")
    else:
        for row in rows:
            print(printable(f"{row.key:12} {row.what}: {row.why}"))
    return 0


def run_retry(arguments: argparse.Namespace, services: Services) -> int:
    """Make one thing due now."""
    with services.reader() as reader:
        row = _find(reader, arguments.id)
        uncertain = row.is_sending and any(
            item.id == row.outbox_id and item.state is OutboxState.UNCERTAIN for item in reader.outbox()
        )
    if uncertain and not arguments.may_arrive_twice:
        raise BadInput(
            "The first copy may have arrived. If it did, the recipients get it twice. "
            "Say --may-arrive-twice to send it again all the same."
        )
    if not row.may_retry:
        raise BadInput(f"{row.what}: this is going on right now.")
    with services.engine() as engine:
        engine.carry_out(c.RetrySending(row.outbox_id) if row.is_sending else c.RetryOperation(row.operation_id))
    say(f"{row.what}: due now. The next “postscope sync” tries it.")
    return 0


def run_give_up(arguments: argparse.Namespace, services: Services) -> int:
    """Stop trying one thing."""
    with services.reader() as reader:
        row = _find(reader, arguments.id)
    if not row.may_give_up:
        raise BadInput(f"{row.what}: this cannot be given up any more.")
    with services.engine() as engine:
        engine.carry_out(c.CancelSending(row.outbox_id) if row.is_sending else c.GiveUpOperation(row.operation_id))
    kept = "the message is a draft again" if row.is_sending else "the server keeps what it has"
    say(f"{row.what}: given up; {kept}.")
    return 0


def _rows(reader: Reader) -> Iterator[WaitingRow]:
    now, after = time.time(), None
    while page := reader.waiting(after=after, limit=_PAGE):
        yield from (explain_operation(waiting, _reachable(waiting.account_id), now) for waiting in page)
        after = page[-1].id
    yield from (explain_sending(item, _reachable(item.account_id), now) for item in reader.outbox())


def _reachable(account_id: AccountId) -> AccountStatusChanged:
    """Nothing runs here that could know better."""
    return AccountStatusChanged(account_id, AccountStatus.IDLE)


def _find(reader: Reader, key: str) -> WaitingRow:
    found = next((row for row in _rows(reader) if row.key == key), None)
    if found is None:
        raise BadInput(f"Nothing that waits is called “{key}”. “postscope activity list” prints the names.")
    return found


def _as_json(row: WaitingRow) -> Json:
    return {
        "id": row.key,
        "account": row.account_id,
        "what": row.what,
        "why": row.why,
        "needs_you": row.tone.value == "warning",
        "since": iso_time(row.created_unix_s),
        "retry_at": iso_time(row.retry_at_unix_s),
        "may_retry": row.may_retry,
        "may_give_up": row.may_give_up,
    }
