"""What is said of each specimen and each ordinary message, written down so that a person can read it and a test can compare.

    python -m tests.golden.goldens      writes all of them anew (make golden); read the difference before you commit it

Short on purpose: findings with the bytes that they point at, the sender, and the sentence of the reading pane. Files stand
beside this one, one for a message.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from mailclient.app.glossary import inspection_context
from mailclient.xray.inspection import inspect
from mailclient.xray.own_servers import OwnServers

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).resolve().parent
FOLDERS: Final = {"specimens": ROOT / "resources/specimens", "ordinary": ROOT / "tests/corpus/ordinary"}
SHOWN_BYTES: Final = 60


def messages() -> dict[str, Path]:
    """Return every message by its name here: ``specimens/minimal``."""
    return {
        f"{name}/{path.relative_to(folder).with_suffix('').as_posix().replace('/', '-')}": path
        for name, folder in FOLDERS.items()
        for path in sorted(folder.rglob("*.eml"))
    }


def golden(raw: bytes) -> str:
    """Return what is said of a message, as JSON that is easy to read and to compare."""
    inspection = inspect(raw, inspection_context(OwnServers()))
    findings = []
    for found in inspection.findings:
        entry: dict[str, object] = {"id": found.id, "severity": found.severity.value, "title": found.title}
        if found.evidence is not None:
            start, end = found.evidence
            entry["evidence"] = [start, end, raw[start : min(end, start + SHOWN_BYTES)].decode("latin-1")]
        findings.append(entry)
    truth = inspection.sender
    said = {
        "summary": inspection.summary.text,
        "sender": {"name": truth.display_name, "address": truth.address, "ambiguous": truth.ambiguous},
        "findings": findings,
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def place(name: str) -> Path:
    """Return the file of a message's golden."""
    return HERE / f"{name}.json"


def main() -> None:
    """Write all, and take away those whose message is gone."""
    known = messages()
    for name, path in known.items():
        place(name).parent.mkdir(exist_ok=True)
        place(name).write_text(golden(path.read_bytes()), encoding="utf-8")
    for old in HERE.glob("*/*.json"):
        if f"{old.parent.name}/{old.stem}" not in known:
            old.unlink()
    print(f"{len(known)} messages")


if __name__ == "__main__":
    main()
