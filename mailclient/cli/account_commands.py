"""``account add|list|remove|test``. A password is read from standard input, never from an argument."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from dataclasses import replace

from mailclient.cli.output import Json, print_json, printable, say
from mailclient.cli.scope_commands import scope_json
from mailclient.cli.services import Services, find_account
from mailclient.domain.account import Account, Credentials, Endpoint, IncomingProtocol, Security
from mailclient.domain.errors import BadInput
from mailclient.domain.ids import AccountId
from mailclient.domain.pop import PopKeep, PopPolicy
from mailclient.engine.facade import ProbeReport, ProbeStep


def run_add(arguments: argparse.Namespace, services: Services) -> int:
    """Test both servers and store the account."""
    if "@" not in arguments.address:
        raise BadInput(f"“{arguments.address}” is not an address; it should look like ada@example.org.")
    protocol = IncomingProtocol(arguments.protocol)
    given = arguments.pop3 if protocol is IncomingProtocol.POP3 else arguments.imap
    incoming, submission = services.guess_servers(arguments.address, protocol)
    account = Account(
        id=AccountId(secrets.token_hex(6)),
        label=arguments.label or arguments.address,
        display_name=arguments.name or arguments.address.partition("@")[0],
        address=arguments.address,
        incoming=_endpoint(incoming, given, arguments.user, arguments.plain_confirmed),
        submission=_endpoint(submission, arguments.smtp, arguments.user, arguments.plain_confirmed),
        protocol=protocol,
        extra_ca_file=arguments.ca_file,
        uses_token=arguments.token,
        pop=_pop_policy(arguments, services),
    )
    credentials = read_password(arguments.password_stdin)
    with services.engine(online=False) as engine:
        if not arguments.no_test:
            report = engine.probe(account, credentials, _print_step)
            if not report.ok:
                say("The account was not added. Correct what failed, or add --no-test to store it as it is.")
                return 1
        say(engine.add_account(account, credentials, remember=not arguments.session_only))
    print(account.id)
    return 0


def _pop_policy(arguments: argparse.Namespace, services: Services) -> PopPolicy:
    word = str(arguments.leave_on_server)
    keep, days = (PopKeep.DAYS, int(word)) if word.isdecimal() else (None, PopPolicy().keep_days)
    if keep is None:
        try:
            keep = PopKeep(word)
        except ValueError as error:
            sentence = f"“{word}” is not a time to leave mail on the server: always, DAYS, until-deleted or remove."
            raise BadInput(sentence) from error
    target = find_account(services.accounts(), arguments.deliver_to) if arguments.deliver_to else None
    if target is not None and target.protocol is not IncomingProtocol.POP3:
        raise BadInput(f"{target.address} has its inbox on a server; mail can be delivered into POP3 accounts only.")
    return PopPolicy(keep, days, arguments.headers_only_over, target.id if target else None)


def _endpoint(guessed: Endpoint, given: str | None, user: str | None, plain_confirmed: bool) -> Endpoint:
    """Return the guess, overridden by ``HOST:PORT/tls|starttls|plain``."""
    endpoint = replace(guessed, username=user or guessed.username)
    if given:
        address, _, word = given.partition("/")
        host, colon, port = address.rpartition(":")
        try:
            security = Security(word) if word else endpoint.security
            endpoint = replace(
                endpoint,
                host=(host if colon else address).strip("[]"),
                port=int(port) if colon else endpoint.port,
                security=security,
            )
        except ValueError as error:
            raise BadInput(f"“{given}” is not a server: write HOST:PORT/tls, /starttls or /plain.") from error
    if endpoint.security is Security.PLAIN and not endpoint.is_loopback and not plain_confirmed:
        raise BadInput(
            f"Without encryption, the password for {endpoint.host} can be read by anybody on the way. "
            "If you really want that, add --i-know-that-plain-is-readable."
        )
    return replace(endpoint, plain_confirmed=endpoint.security is Security.PLAIN and plain_confirmed)


def read_password(from_stdin: bool) -> Credentials:
    """Return the password from standard input, or ask for it on a terminal; never from an argument."""
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("Password: ")
    else:
        raise BadInput("Give the password on standard input with --password-stdin; it is never taken from an argument.")
    if not password:
        raise BadInput("The password is empty.")
    return Credentials(password, password)


def _print_step(server: str, step: ProbeStep) -> None:
    mark = "ok  " if step.ok else "FAIL"
    say(f"{mark} {'receiving' if server == 'incoming' else 'sending'}: {step.title}. {step.sentence}")
    if step.failing_line:
        say(f"     the server said: {step.failing_line}")
    if step.meaning:
        say(f"     which means: {step.meaning}")


def run_list(arguments: argparse.Namespace, services: Services) -> int:
    """Print the accounts; never a secret."""
    accounts = services.accounts()
    if arguments.json:
        print_json([_account_json(account) for account in accounts])
        return 0
    for account in accounts:
        print(f"{account.id}  {printable(account.address)}  {account.incoming.host}  {account.submission.host}")
    if not accounts:
        say("There is no account yet. Add one with: postscope account add --address YOU@EXAMPLE.ORG --password-stdin")
    return 0


def _account_json(account: Account) -> Json:
    def server(endpoint: Endpoint) -> Json:
        return {
            "host": endpoint.host,
            "port": endpoint.port,
            "security": endpoint.security.value,
            "username": endpoint.username,
        }

    return {
        "id": account.id,
        "label": account.label,
        "display_name": account.display_name,
        "address": account.address,
        "protocol": account.protocol.value,
        "incoming": server(account.incoming),
        "submission": server(account.submission),
        "model": account.model.value,
        "scope": scope_json(account.scope),
    }


def run_remove(arguments: argparse.Namespace, services: Services) -> int:
    """Forget an account, its password and its cache; mail on the server stays."""
    account = find_account(services.accounts(), arguments.account)
    with services.engine(online=False) as engine:
        only_here = engine.mail_only_here(account.id)
        if only_here and not arguments.with_local_mail:
            raise BadInput(
                f"{only_here} messages of {account.address} are on this machine only and would be lost. Save what you need, "
                "then remove the account with --with-local-mail."
            )
        engine.remove_account(account.id)
    say(f"Removed {account.address}. Nothing was changed on the server.")
    return 0


def run_test(arguments: argparse.Namespace, services: Services) -> int:
    """Test both servers of a stored account and print each step."""
    account = find_account(services.accounts(), arguments.account)
    credentials = read_password(True) if arguments.password_stdin else None
    with services.engine(online=False) as engine:
        report = engine.probe(account, credentials, None if arguments.json else _print_step)
    if arguments.json:
        print_json(_report_json(report))
    return 0 if report.ok else 1


def _report_json(report: ProbeReport) -> Json:
    def steps(found: tuple[ProbeStep, ...]) -> list[Json]:
        return [
            {
                "title": step.title,
                "ok": step.ok,
                "sentence": step.sentence,
                "failing_line": step.failing_line,
                "meaning": step.meaning,
            }
            for step in found
        ]

    return {"ok": report.ok, "incoming": steps(report.incoming), "submission": steps(report.submission)}
