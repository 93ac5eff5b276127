"""The subcommands and their arguments. Usage errors exit with 2. DESIGN of the words: one verb, then its object."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mailclient.cli import (
    account_commands,
    activity_commands,
    inspect_command,
    mail_commands,
    scope_commands,
    work_commands,
)
from mailclient.cli.folder_commands import add_folder_parser
from mailclient.cli.services import Services
from mailclient.domain.account import IncomingProtocol

Run = Callable[[argparse.Namespace, Services], int]


def build_parser() -> argparse.ArgumentParser:
    """Return the parser; each subcommand stores its function as ``run``."""
    parser = argparse.ArgumentParser(
        prog="postscope",
        description="A mail client that shows how e-mail really works.",
        epilog="Without a subcommand the window opens: postscope [--demo] [--offline] [mailto:... | FILE.eml]",
    )
    parser.add_argument("--profile", metavar="DIR", help="keep everything in this directory")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_inspect(commands)
    _add_account(commands)
    sync = _command(commands, "sync", "one complete synchronisation, then exit", work_commands.run_sync)
    sync.add_argument("account", nargs="?", help="address, label or id; all accounts without it")
    _add_password(sync)
    sync.add_argument(
        "--fetch-again", action="store_true", help="POP3: also mail that may be here, after the server renamed it all"
    )
    sync.add_argument("--headers-only", action="store_true", help="no bodies, no index")
    listing = _command(commands, "list", "folders of an account, or messages of a folder", mail_commands.run_list)
    listing.add_argument("account", help="address, label or id")
    listing.add_argument("folder", nargs="?", help="name or role (inbox, sent, ...)")
    add_folder_parser(commands)
    show = _command(commands, "show", "one message", mail_commands.run_show)
    show.add_argument("id", type=int)
    show.add_argument("--raw", action="store_true", help="exactly its bytes")
    search = _command(commands, "search", "search subject, sender and body", mail_commands.run_search)
    search.add_argument("query")
    search.add_argument("--limit", type=int, default=50)
    send = _command(commands, "send", "queue and submit a finished message", work_commands.run_send)
    send.add_argument("file", metavar="FILE.eml", help="- reads standard input")
    _add_password(send)
    send.add_argument("--account", help="address, label or id; the first account without it")
    _add_activity(commands)
    _command(commands, "lab", "run the loopback mail environment until Ctrl-C", work_commands.run_lab)
    return parser


def _add_activity(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    words = "what waits to be done or sent, and why"
    activity = _command(commands, "activity", words, activity_commands.run_list)
    verbs = activity.add_subparsers(metavar="VERB")
    _command(verbs, "list", words, activity_commands.run_list)
    retry = _command(verbs, "retry", "make it due now", activity_commands.run_retry)
    retry.add_argument("--may-arrive-twice", action="store_true", help="send again what may have been sent")
    give_up = _command(verbs, "give-up", "stop trying; the server keeps what it has", activity_commands.run_give_up)
    for verb in (retry, give_up):
        verb.add_argument("id", help="as “activity list” prints it: action-12, message-3")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str, run: Run
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    parser.add_argument("--json", action="store_true", help="print JSON on standard output")
    parser.set_defaults(run=run)
    return parser


def _add_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input, where no keyring keeps it"
    )


def _add_inspect(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    inspect = _command(
        commands, "inspect", "explain one message; no packet leaves without --dns", inspect_command.run_inspect
    )
    inspect.add_argument("file", metavar="FILE.eml", help="- reads standard input")
    inspect.add_argument(
        "--own-server",
        metavar="NAME",
        dest="own_servers",
        action="append",
        default=[],
        help="a host or domain of your provider, whose lines are believed; guessed without it (can be given several times)",
    )
    answers = inspect.add_mutually_exclusive_group()
    answers.add_argument(
        "--dns", action="store_true", help="ask the DNS for keys and policies: verify DKIM, ARC, SPF, DMARC"
    )
    answers.add_argument("--dns-answers", metavar="FILE.json", help="verify with recorded answers; nothing is asked")


def _add_account(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    account = commands.add_parser("account", help="add, list, change, remove or test accounts")
    verbs = account.add_subparsers(metavar="VERB", required=True)
    add = _command(verbs, "add", "test both servers and store an account", account_commands.run_add)
    add.add_argument("--address", required=True)
    add.add_argument("--name", help="your name, as recipients see it")
    add.add_argument("--label", help="what the folder tree shows")
    add.add_argument("--user", help="user name, when it is not the address")
    add.add_argument("--imap", metavar="HOST:PORT/tls", help="receiving server; guessed without it")
    _add_pop3(add)
    add.add_argument("--smtp", metavar="HOST:PORT/tls", help="sending server; guessed without it")
    add.add_argument("--ca-file", help="PEM file of an additional certificate authority")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add.add_argument("--session-only", action="store_true", help="do not keep the password")
    add.add_argument("--no-test", action="store_true", help="store the account without speaking to its servers")
    add.add_argument("--i-know-that-plain-is-readable", dest="plain_confirmed", action="store_true")
    _command(verbs, "list", "print the accounts", account_commands.run_list)
    change = _command(verbs, "set", "change what is kept here, and when it connects", scope_commands.run_set)
    change.add_argument("account", help="address, label or id")
    change.add_argument("--folder", help="of this folder (name or role) instead of the whole account")
    change.add_argument(
        "--scope",
        metavar="everything|DAYS|headers|nothing|account",
        help="what is kept here: everything; whole messages of the last so many days; headers only; nothing;"
        " for a folder also account: what its account says",
    )
    change.add_argument("--size-limit", metavar="MB|none", help="larger messages come only when they are opened")
    change.add_argument("--model", choices=scope_commands.MODEL_NAMES, help="when the account connects (RFC 1733)")
    change.add_argument("--free", action="store_true", help="then free what lies outside; the server keeps it")
    remove = _command(verbs, "remove", "forget an account; mail on the server stays", account_commands.run_remove)
    remove.add_argument("account")
    remove.add_argument("--with-local-mail", action="store_true", help="also mail that exists on this machine only")
    test = _command(verbs, "test", "test both servers of an account", account_commands.run_test)
    test.add_argument("account")
    test.add_argument("--password-stdin", action="store_true", help="use this password instead of the stored one")


def _add_pop3(add: argparse.ArgumentParser) -> None:
    add.add_argument("--protocol", choices=[protocol.value for protocol in IncomingProtocol], default="imap")
    add.add_argument("--pop3", metavar="HOST:PORT/tls", help="receiving server of a POP3 account; guessed without it")
    add.add_argument(
        "--leave-on-server",
        metavar="always|DAYS|until-deleted|remove",
        default="always",
        help="POP3: how long the server keeps what is here (default: always)",
    )
    add.add_argument(
        "--headers-only-over", metavar="BYTES", type=int, help="POP3: of larger mail only headers at first"
    )
    add.add_argument("--deliver-to", metavar="ACCOUNT", help="POP3: into the inbox of another POP3 account")
    add.add_argument("--token", action="store_true", help="what is read is an access token, not a password")
