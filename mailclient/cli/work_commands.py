"""``sync``, ``send`` and ``lab``: work that speaks to servers. Ctrl-C stops cleanly; what has arrived is kept. No Qt."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from types import FrameType

from mailclient.cli.account_commands import read_password
from mailclient.cli.output import Json, end_progress, print_json, progress, say
from mailclient.cli.services import Services, find_account, read_input
from mailclient.domain.account import Account
from mailclient.domain.draft import OutboxState
from mailclient.domain.errors import PostscopeError
from mailclient.domain.events import (
    Event,
    Failed,
    MessagesAdded,
    MessagesChanged,
    MessagesRemoved,
    OperationRefused,
    OutboxChanged,
    Progressed,
)
from mailclient.engine.facade import Engine


def run_sync(arguments: argparse.Namespace, services: Services) -> int:
    """Synchronise one account or all, completely, and exit: 1 when any of them failed."""
    accounts = services.accounts()
    chosen = (find_account(accounts, arguments.account),) if arguments.account else accounts
    if not chosen:
        find_account(accounts, "")
    cancelled = threading.Event()
    results: list[Json] = []
    credentials = read_password(True) if arguments.password_stdin else None
    with services.engine() as engine, _interruptible(cancelled):
        engine.subscribe(_tell)
        if credentials is not None:
            for account in chosen:
                engine.set_password(account.id, credentials, remember=False)
        if arguments.fetch_again:
            for account in chosen:
                engine.accept_renamed(account.id)
        results += [_sync_one(engine, account, arguments.headers_only, cancelled) for account in chosen]
    if arguments.json:
        print_json(results)
    return 0 if all(isinstance(result, dict) and result["ok"] for result in results) else 1


def _sync_one(engine: Engine, account: Account, headers_only: bool, cancelled: threading.Event) -> Json:
    news = _News()
    stop_listening = engine.subscribe(news.hear)
    sentence = ""
    try:
        engine.synchronise_now(account.id, headers_only=headers_only, cancelled=cancelled.is_set)
    except PostscopeError as error:
        sentence = error.sentence
        end_progress()
        say(f"{account.address}: {sentence}")
    end_progress()
    stop_listening()
    return {
        "account": account.id,
        "address": account.address,
        "ok": not sentence,
        "error": sentence,
        "seconds": news.seconds(),
        "added": news.added,
        "changed": news.changed,
        "removed": news.removed,
        "first_added_seconds": news.first_added_s,
        "last_added_seconds": news.last_added_s,
    }


class _News:
    """What a synchronisation brought, and when the first and the last new messages were in the list."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self.added = self.changed = self.removed = 0
        self.first_added_s: float | None = None
        self.last_added_s: float | None = None

    def seconds(self) -> float:
        """Return the seconds since the beginning."""
        return round(time.monotonic() - self._started, 3)

    def hear(self, event: Event) -> None:
        """Count an event."""
        match event:
            case MessagesAdded(message_ids=ids):
                self.added += len(ids)
                self.last_added_s = self.seconds()
                self.first_added_s = self.first_added_s or self.last_added_s
            case MessagesChanged(message_ids=ids):
                self.changed += len(ids)
            case MessagesRemoved(message_ids=ids):
                self.removed += len(ids)
            case _:
                pass


def _tell(event: Event) -> None:
    match event:
        case Progressed(what=what, done=done, total=total):
            progress(f"{what}: {done}" + (f" of {total}" if total is not None else ""))
        case Failed(sentence=sentence) | OperationRefused(sentence=sentence):
            end_progress()
            say(sentence)
        case _:
            pass


class _interruptible:
    """Turns Ctrl-C into a wish to stop, so that the running batch is finished and stored."""

    def __init__(self, cancelled: threading.Event) -> None:
        self._cancelled = cancelled

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGINT, self._stop)

    def __exit__(self, *_exception: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self._cancelled.is_set():
            raise KeyboardInterrupt
        self._cancelled.set()
        say("Stopping after this batch; press Ctrl-C again to stop at once.")


def run_send(arguments: argparse.Namespace, services: Services) -> int:
    """Queue a finished message and submit it; prints what the server said of every recipient."""
    accounts = services.accounts()
    account = find_account(accounts, arguments.account or (accounts[0].id if accounts else ""))
    raw = read_input(arguments.file, sys.stdin.buffer.read() if arguments.file == "-" else None)
    ended: list[OutboxChanged] = []

    def watch(event: Event) -> None:
        if isinstance(event, OutboxChanged):
            ended.append(event)

    credentials = read_password(True) if arguments.password_stdin else None
    with services.engine() as engine:
        engine.subscribe(watch)
        if credentials is not None:
            engine.set_password(account.id, credentials, remember=False)
        item = engine.send_message_now(account.id, raw)
    sentence = ended[-1].sentence if ended else (item.last_error or "")
    done = item.state in {OutboxState.ACCEPTED, OutboxState.DONE}
    if arguments.json:
        print_json(
            {
                "outbox_id": item.id,
                "state": item.state.value,
                "sentence": sentence,
                "recipients": [
                    {"address": result.address, "accepted": result.accepted, "code": result.code, "text": result.text}
                    for result in item.results
                ],
            }
        )
    else:
        for result in item.results:
            say(f"{'accepted' if result.accepted else 'refused '} {result.address}: {result.code} {result.text}")
        say(sentence or ("Sent." if done else f"Not sent; the message stays in the outbox ({item.state.value})."))
    return 0 if done else 1


def run_lab(arguments: argparse.Namespace, services: Services) -> int:
    """Run the loopback mail environment until Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    with services.lab() as lab:
        if arguments.json:
            print_json(
                {
                    "host": "127.0.0.1",
                    "imap_port": lab.imap_port,
                    "pop3_port": lab.pop3_port,
                    "smtp_port": lab.smtp_port,
                    "users": [{"address": address, "password": password} for address, password in lab.logins],
                }
            )
            sys.stdout.flush()
        else:
            say(
                f"IMAP on 127.0.0.1:{lab.imap_port}, POP3 on 127.0.0.1:{lab.pop3_port}, SMTP on "
                f"127.0.0.1:{lab.smtp_port}, not encrypted, this machine only."
            )
            for address, password in lab.logins:
                say(f"  {address}  password {password}")
            say("Ctrl-C ends it.")
        stop.wait()
    return 0
