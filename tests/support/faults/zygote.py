"""A process that has imported everything and forks a child for each request: a point of a crash test costs milliseconds.

A child waits until it is traced (a file appears), then runs one scenario. Requests and answers are lines.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import time
import traceback
from contextlib import nullcontext
from pathlib import Path

from tests.support.faults.driver import Acknowledgements, run_scenario
from tests.support.faults.newer_schema import newer_schema
from tests.support.faults.scenarios import SCENARIOS, small_batches

_PR_SET_PTRACER = 0x59616D61
"""Linux with the Yama module lets a sibling trace only whom it was allowed to; prctl(2)."""


def _child(request: dict[str, str]) -> None:
    """Wait for the tracer, then work. Never returns."""
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
    acknowledgements = Acknowledgements(Path(request["acknowledgements"]))
    gate = Path(request["gate"])
    while not gate.exists():
        time.sleep(0.001)
    code = 0
    try:
        name = request["scenario"]
        with newer_schema() if name == "migrate" else nullcontext(), small_batches():
            run_scenario(SCENARIOS[name], Path(request["directory"]), acknowledgements)
    except BaseException:
        acknowledgements.say("crashed", "traceback", traceback.format_exc())
        code = 3
    os._exit(code)


def serve() -> None:
    """Answer each request with the child's pid, and with its exit status when it has ended (minus a signal's number)."""
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 0)
            os.dup2(null, 1)
            _child(request)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
