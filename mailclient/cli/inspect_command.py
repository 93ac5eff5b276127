"""``inspect``: one message explained, as text or as JSON. No packet leaves, no Qt is imported."""

from __future__ import annotations

import argparse
import sys

from mailclient.cli.output import print_json, printable
from mailclient.cli.services import Services, read_input
from mailclient.mime.body import readable_text
from mailclient.mime.tree import parse_message
from mailclient.xray.inspection import inspect
from mailclient.xray.report import inspection_json
from mailclient.xray.report_text import report_as_text


def run_inspect(arguments: argparse.Namespace, services: Services) -> int:
    """Print what a message is made of."""
    raw = read_input(arguments.file, sys.stdin.buffer.read() if arguments.file == "-" else None)
    inspection = inspect(raw, services.inspection_context())
    if arguments.json:
        print_json(inspection_json(inspection, services.explain_header))
        return 0
    print_readable(raw)
    print()
    print(report_as_text(inspection), end="")
    return 0


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
