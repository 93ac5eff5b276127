"""A submission that breaks at each phase (RELIABILITY P5): delivered at most once, never lost in silence, and uncertain just
when the server may have it and nobody can know.

``POSTSCOPE_FAULTS=full`` goes through all phases, ways to break, ways to encrypt and ways to sign in.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from mailclient.domain.account import Security
from mailclient.domain.draft import OutboxState
from tests.support.faults.figures import is_full, record
from tests.support.faults.outbox_room import VARIANTS, outbox_room
from tests.support.faults.proxy import How
from tests.support.faults.smtp_peer import AFTER_THE_DOT, PHASES, Break

SHORT = 8
"""Points of each variant in the short form."""
DONE = (OutboxState.DONE.value, 1)
"""Done, and delivered once."""

pytestmark = [pytest.mark.timeout(1200), pytest.mark.live]


@pytest.mark.parametrize(("security", "mechanism"), VARIANTS)
def test_a_submission_that_breaks_is_neither_doubled_nor_lost(
    tmp_path: Path, security: Security, mechanism: str
) -> None:
    every = [(phase, how, keeps) for phase in PHASES for how in How for keeps in (True, False)]
    every = [point for point in every if point[2] or point[0] in AFTER_THE_DOT]
    name = f"{security.value}-{mechanism}".lower()
    chosen = every if is_full() else random.Random(name).sample(every, SHORT)
    wrong: list[str] = []
    with outbox_room(tmp_path, security, mechanism) as room:
        for phase, how, keeps in chosen:
            try:
                ended = room.run(Break(phase, how), keeps)
            except AssertionError as failure:
                wrong.append(f"{phase}, {how}, keeps: {keeps}: {failure}")
                continue
            expected = {DONE}
            if phase in AFTER_THE_DOT:
                expected = {(OutboxState.UNCERTAIN.value, int(keeps))}
            elif phase == "half-body":
                # A short message is on its way with its dot before the client hears that nobody takes it.
                expected = {DONE, (OutboxState.UNCERTAIN.value, 0)}
            if (ended.state, ended.delivered) not in expected:
                wrong.append(f"{phase}, {how}, keeps: {keeps}: {ended}, expected {expected}")
    record(f"cut-smtp-{name}", points=len(chosen), of=len(every), wrong=len(wrong))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("how", [How.FIN, How.RST])
def test_a_long_message_that_breaks_off_is_sent_again(tmp_path: Path, how: How) -> None:
    """More than the sockets hold: the client knows that the dot never left."""
    with outbox_room(tmp_path, Security.STARTTLS, "PLAIN", lines=2_000_000) as room:
        ended = room.run(Break("half-body", how))
    assert (ended.state, ended.delivered) == DONE
