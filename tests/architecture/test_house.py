"""What the house demands of every file, beyond the import walls that lint-imports keeps."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mailclient.xray.field_meaning import CLASSES, WRITERS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(ROOT.glob("mailclient/**/*.py"))
TESTS = sorted(ROOT.glob("tests/**/*.py")) + sorted(ROOT.glob("bench/*.py"))
MAX_LINES = 400
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "base", "manager", "handler", "data"}


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    assert ast.get_docstring(ast.parse(text)), "the module has no docstring"
    assert path.stem not in FORBIDDEN_NAMES


def test_unit_tests_mirror_the_package() -> None:
    rooms = {path.name for path in (ROOT / "mailclient").iterdir() if path.is_dir()}
    assert {path.name for path in (ROOT / "tests/unit").iterdir() if path.is_dir() and path.name[0] != "_"} <= rooms


def test_tls_contexts_are_made_in_one_place_and_always_verify() -> None:
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        for word in ("CERT_NONE", "_create_unverified_context", "check_hostname = False", "check_hostname=False"):
            assert word not in text, f"{path}: {word}"
        if path.name != "tls.py":
            assert "create_default_context" not in text, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and node.attr in {"IMAP4_SSL", "SMTP_SSL", "POP3_SSL"}:
                raise AssertionError(f"{path}:{node.lineno} uses {node.attr}")


@pytest.mark.parametrize("command", [["inspect", "--help"], ["list", "--help"], ["account", "list", "--help"]])
def test_subcommands_import_no_qt(command: list[str]) -> None:
    code = (
        "import sys\nfrom mailclient.__main__ import main\n"
        f"try:\n    main({command!r})\nexcept SystemExit:\n    pass\n"
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode == 0
    )


def test_every_header_in_the_glossary_is_explained() -> None:
    seen: set[str] = set()
    for path in ROOT.glob("resources/glossary/headers*.toml"):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            assert name.lower() not in seen, name
            seen.add(name.lower())
            assert entry["sentence"].endswith("."), name
            assert entry["rfc"], name
            assert entry["status"], name
            assert entry["class"] in CLASSES, name
            assert entry["writer"] in WRITERS, name
    assert len(seen) > 700


def test_nothing_that_is_shipped_names_the_workplace() -> None:
    for path in [*SOURCES, *TESTS, *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "Makefile"]:
        text = path.read_text(encoding="utf-8")
        if path != Path(__file__):
            assert "/work/" not in text, path
            assert "../shared" not in text, path
