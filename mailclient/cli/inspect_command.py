"""``inspect``: one message explained, as text or as JSON. No packet leaves, no Qt is imported."""

from __future__ import annotations

import argparse
import sys

from mailclient.cli.output import print_json, printable
from mailclient.cli.services import Services, read_input
from mailclient.mime.body import readable_text
from mailclient.mime.tree import Message, parse_message
from mailclient.xray.report import report_json


def run_inspect(arguments: argparse.Namespace, services: Services) -> int:
    """Print what a message is made of."""
    raw = read_input(arguments.file, sys.stdin.buffer.read() if arguments.file == "-" else None)
    if arguments.json:
        print_json(report_json(raw, services.explain_header))
        return 0
    message = parse_message(raw)
    print_readable(raw)
    print("\nStructure")
    for part in message.root.walk():
        start, end = part.body_range
        name = f"  {printable(part.filename)}" if part.filename else ""
        print(
            f"  {'  ' * part.depth}{part.section or '-':<8} {part.content_type}  {part.encoding}  {end - start} bytes{name}"
        )
    _print_defects(message)
    return 0


def _print_defects(message: Message) -> None:
    if message.defects:
        print("\nDefects")
    for defect in message.defects:
        print(f"  {defect.start:>8}  {defect.sentence}")


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
