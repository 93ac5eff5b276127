"""Headless subcommands: what scripts and benchmarks use. No Qt is imported here or below.

Exit codes: 0 done, 1 the task failed (one sentence on standard error), 2 usage.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from mailclient.cli.output import end_progress, say
from mailclient.cli.parser import build_parser
from mailclient.cli.services import Services
from mailclient.domain.errors import PostscopeError

SUBCOMMANDS = frozenset({"activity", "inspect", "account", "sync", "list", "folder", "show", "search", "send", "lab"})


def main(arguments: Sequence[str], open_services: Callable[[str | None], Services]) -> int:
    """Run one subcommand and return its exit code. ``open_services`` is given the value of ``--profile``."""
    parsed = build_parser().parse_args(arguments)
    try:
        result: int = parsed.run(parsed, open_services(parsed.profile))
    except PostscopeError as error:
        end_progress()
        say(error.sentence)
        return 1
    except KeyboardInterrupt:
        end_progress()
        say("Stopped. What had arrived is kept.")
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return result
