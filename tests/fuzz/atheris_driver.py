"""Fuzz one grammar, guided by coverage, with atheris (which is no dependency of ours: it needs an environment of its own).

    python -m tests.fuzz.atheris_driver TARGET DIRECTORY [SECONDS]

DIRECTORY keeps the inputs that reached something new; a later run goes on from them. Ends with the first input that
fails, which it writes beside them, or after the given seconds (600). No input may take longer than two seconds or 1 GB.
How to run: docs/reliability.md.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
from pathlib import Path
from typing import Any


def main(name: str, directory: Path, seconds: int) -> None:
    """Fuzz a target; does not return."""
    atheris: Any = importlib.import_module("atheris")  # By name: the type checker's environment does not have it.
    with atheris.instrument_imports(include=["mailclient"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    kept = directory / name
    kept.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds:
        (kept / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    words = directory / f"{name}.dict"
    lines = ("".join(f"\\x{byte:02x}" for byte in word) for word in target.words)
    words.write_text("".join(f'"{line}"\n' for line in lines))
    limits = [f"-max_total_time={seconds}", "-timeout=2", "-rss_limit_mb=1024", "-max_len=4096", "-print_final_stats=1"]
    places = [f"-dict={words}", f"-artifact_prefix={directory}/{name}-", str(kept)]
    atheris.Setup([sys.argv[0], *limits, *places], target.read)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 600)
