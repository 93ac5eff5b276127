"""The log file: 0600, small, rotated, and without secrets, which are struck out by value before a line is written."""

from __future__ import annotations

import logging
import logging.handlers
import os
from pathlib import Path
from typing import Final

from mailclient.redaction import redactor

MAX_BYTES: Final = 1_000_000


class _Redacting(logging.Formatter):
    """Strikes secrets out of the finished line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return redactor.strike_text(super().format(record))


def start_log(file: Path) -> None:
    """Send the program's log to a file; nothing goes to the terminal."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600))
    handler = logging.handlers.RotatingFileHandler(file, maxBytes=MAX_BYTES, backupCount=2, encoding="utf-8")
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("mail.log", "imapclient", "keyring"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
