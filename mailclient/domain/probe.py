"""The result of testing an account's servers: steps, each with what happened and what it means."""

from __future__ import annotations

from dataclasses import dataclass

from mailclient.domain.ids import ConnectionId


@dataclass(frozen=True, slots=True)
class ProbeStep:
    """One step of testing an account's servers."""

    title: str
    """ "Connect to imap.example.org", "Sign in", "List folders" ..."""
    ok: bool
    sentence: str
    """What happened and, when it failed, what to do."""
    failing_line: str = ""
    """The server's line, secrets struck out."""
    meaning: str = ""
    """What that line means, with its RFC."""
    connection_id: ConnectionId | None = None


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """The result of testing both servers of an account."""

    incoming: tuple[ProbeStep, ...]
    submission: tuple[ProbeStep, ...]

    @property
    def ok(self) -> bool:
        """True when each step succeeded."""
        return all(step.ok for step in (*self.incoming, *self.submission))
