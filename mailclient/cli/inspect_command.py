"""``inspect``: one message explained, as text or as JSON. No packet leaves without ``--dns``; no Qt is imported."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace

from mailclient.cli.output import print_json, printable
from mailclient.cli.services import Services, read_input
from mailclient.domain.errors import BadInput
from mailclient.mime.body import readable_text
from mailclient.mime.tree import parse_message
from mailclient.xray.dns_questions import Resolve, offline
from mailclient.xray.inspection import inspect
from mailclient.xray.report import inspection_json
from mailclient.xray.report_text import report_as_text
from mailclient.xray.verification import recorded


def run_inspect(arguments: argparse.Namespace, services: Services) -> int:
    """Print what a message is made of."""
    raw = read_input(arguments.file, sys.stdin.buffer.read() if arguments.file == "-" else None)
    context = replace(services.inspection_context(), resolve=_resolver(arguments, services))
    if arguments.own_servers:
        context = replace(context, own=replace(context.own, names=tuple(arguments.own_servers)))
    inspection = inspect(raw, context)
    if arguments.json:
        print_json(inspection_json(inspection))
        return 0
    print_readable(raw)
    print()
    print(report_as_text(inspection), end="")
    return 0


def _resolver(arguments: argparse.Namespace, services: Services) -> Resolve:
    """Nobody, recorded answers, or the DNS: only when the user said so."""
    if arguments.dns:
        return services.dns()
    if not arguments.dns_answers:
        return offline
    try:
        answers = json.loads(read_input(arguments.dns_answers))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"“{arguments.dns_answers}” is no JSON.") from error
    if not isinstance(answers, dict):
        raise BadInput(f'“{arguments.dns_answers}” must hold answers by name and type: {{"example.org TXT": [...]}}.')
    return recorded(answers)


def print_readable(raw: bytes) -> None:
    """Print the usual header fields and the text of a message."""
    message = parse_message(raw)
    for name in ("From", "To", "Cc", "Date", "Subject"):
        value = message.headers.first(name)
        if value:
            print(f"{name}: {printable(value)}")
    print()
    for line in readable_text(message).splitlines():
        print(printable(line))
