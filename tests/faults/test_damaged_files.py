"""Damaged databases at start: the cache is set aside and rebuilt, of the user's file all that can be read is kept and told.

Any exception on the way is a defect, and so is any synchronisation afterwards that does not end at the server's truth.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailclient.domain.account import Account
from mailclient.domain.draft import Draft
from mailclient.domain.events import Failed
from mailclient.lab.environment import Lab
from tests.support.engines import LiveEngine
from tests.support.faults.damages import BENIGN, DAMAGES, damage
from tests.support.faults.figures import record
from tests.support.faults.oracle import held_here, on_server
from tests.support.faults.scenarios import ADDRESS
from tests.support.messages import mixed_messages

DRAFTS = 40
PASSWORD = "secret word"
CUT_TEXTS = {"bits", "last bytes gone", "a quarter gone"}
"""A text may be damaged within: SQLite has no checksums."""
KEEPS_SOME = {
    "half": 0,
    "a quarter gone": 5,
    "bits": 0,
    "cut to one page": 0,
    "cut to 1000": 0,
    "cut to 50": 0,
    "garbage": 0,
    "text": 0,
}
"""Least number of drafts that must be left of the user's file; every other damage may cost one page of them."""
ONE_PAGE = 6

pytestmark = [pytest.mark.live, pytest.mark.filterwarnings("ignore:Session.login_data is deprecated")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, Account, Path]]:
    """A lab and a sound profile that is in step with it."""
    directory = tmp_path_factory.mktemp("whole")
    with Lab({ADDRESS: PASSWORD}) as lab:
        for raw in mixed_messages(60):
            lab.deliver(ADDRESS, raw)
        account = lab.account(ADDRESS, "Alex Morgan")
        with LiveEngine(directory, account, PASSWORD, start=False) as live:
            live.engine.synchronise_now(account.id)
            for number in range(DRAFTS):
                draft = Draft(None, account.id, subject=f"draft {number}", text=f"text {number} " * 150)
                live.services.drafts.save(draft)
        yield lab, account, directory


@pytest.mark.parametrize("kind", DAMAGES)
@pytest.mark.parametrize("name", ["cache", "user"])
def test_a_start_with_a_damaged_file_mends_it_and_says_so(
    whole: tuple[Lab, Account, Path], profile_dir: Path, name: str, kind: str
) -> None:
    lab, account, sound = whole
    shutil.copytree(sound, profile_dir, dirs_exist_ok=True)
    chance = random.Random(f"{name} {kind}")
    damage(profile_dir / f"{name}.sqlite", kind, chance)
    if chance.random() < 0.5:
        (profile_dir / "store.open").touch()  # The last stop was not a clean one.
    with LiveEngine(profile_dir, account, PASSWORD, start=False) as live:
        sentences = live.services.open_store.sentences
        live.engine.start(online=False)
        told = [event.sentence for event in live.events if isinstance(event, Failed)]
        assert tuple(told) == sentences  # Shown in the window: nobody reads a log.
        live.engine.synchronise_now(account.id)
        drafts = [draft.text for draft in live.reader.drafts()]
        verdict = live.services.writer.read(lambda connection: connection.execute("PRAGMA integrity_check").fetchall())
        assert verdict == [("ok",)]
        live.engine.synchronise_now(account.id)
    assert held_here(profile_dir) == on_server(lab)
    kept = list(profile_dir.glob(f"{name}.sqlite.corrupt-*"))
    assert kind in CUT_TEXTS or all(text == f"text {text.split()[1]} " * 150 for text in drafts)
    if name == "cache":
        assert len(drafts) == DRAFTS
        assert kind in BENIGN or (len(kept) == 1 and "fetched anew" in sentences[0])
    elif kind == "zero length":
        assert "missing or empty" in sentences[0]
    elif kind in BENIGN or not sentences:
        assert len(drafts) == DRAFTS
    else:
        assert len(kept) == 1 and "was damaged" in sentences[0] and kept[0].name in sentences[0]
        assert len(drafts) >= KEEPS_SOME.get(kind, DRAFTS - ONE_PAGE)
    record(f"damaged-{name}", kind=kind, drafts_left=len(drafts), told=len(sentences))
