"""Starts the program: a subcommand without Qt, or the window. Refuses a PySide6 that is known to abort."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from mailclient.cli import SUBCOMMANDS
from mailclient.cli import main as run_subcommand
from mailclient.requirements import refused_pyside


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if _subcommand(given):
        from mailclient.app.services import open_services

        return run_subcommand(given, open_services)
    return _window(given)


def _subcommand(given: Sequence[str]) -> bool:
    skip = False
    for word in given:
        if skip:
            skip = False
        elif word == "--profile":
            skip = True
        elif not word.startswith("-"):
            return word in SUBCOMMANDS
    return False


def _window(given: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="postscope",
        description="A mail client that shows how e-mail really works.",
        epilog=f"Subcommands without a window: {', '.join(sorted(SUBCOMMANDS))}; each knows --help.",
    )
    parser.add_argument(
        "target", nargs="?", metavar="mailto:... | FILE.eml", help="write to somebody, or open a message file"
    )
    parser.add_argument("--profile", metavar="DIR", help="keep everything in this directory")
    parser.add_argument("--demo", action="store_true", help="a mail environment on this machine, no account needed")
    parser.add_argument("--offline", action="store_true", help="start without using the network")
    parser.add_argument("--screenshot", metavar="FILE.png", help="render the window into a file and exit")
    parser.add_argument("--size", default="1400x900", help="size of the picture")
    parser.add_argument(
        "--open", dest="open_message", metavar="ID", help="message to show: its id or words of its subject"
    )
    parser.add_argument(
        "--view",
        default="reading",
        help="reading, xray (or xray:route ...), compose, reply, dialogues, add-account, shortcuts",
    )
    parser.add_argument("--theme", choices=("system", "light", "dark"), help="colours")
    options = parser.parse_args(given)
    refusal = refused_pyside()
    if refusal:
        print(refusal, file=sys.stderr)
        return 1
    width, _, height = options.size.partition("x")
    if not (width.isdigit() and height.isdigit()):
        parser.error("--size looks like 1400x900")
    from mailclient.app.window import WindowOptions, run_window

    return run_window(
        WindowOptions(
            profile=options.profile,
            demo=options.demo,
            offline=options.offline,
            target=options.target,
            screenshot=options.screenshot,
            size=(int(width), int(height)),
            open_message=options.open_message,
            view=options.view,
            theme=options.theme,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
