"""Makes ``resources/letters/letters.txt`` from four files of the Unicode Character Database and of UTS 39.

    python packaging/make_letters.py DIRECTORY

DIRECTORY holds confusables.txt and IdentifierStatus.txt (https://www.unicode.org/Public/security/) and Scripts.txt and
ScriptExtensions.txt (https://www.unicode.org/Public/UCD/), all of one version. Kept is what names need: the letters, marks
and digits that UTS 39 allows in identifiers, each with its script; and which of them, and of all letters that look like
ASCII, look alike after compatibility normalisation and lower case. The Unicode License v3 lies beside the result.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "resources" / "letters" / "letters.txt"
LINE_LENGTH = 118
HEAD = """\
# Letters that look alike, and the script of each: made by packaging/make_letters.py, not to be edited.
# From {files}
# of the Unicode Consortium, version {version}, selected and put into another form.
# Copyright (c) 1991-2025 Unicode, Inc. Unicode License v3 (SPDX Unicode-3.0), see LICENSE-UNICODE.
#
# looks-like TARGET SOURCE...   letters (hexadecimal) that look like the target (letters joined by +)
# script NAME RANGE...          letters that UTS 39 allows in identifiers, by script; Common is what many scripts share
"""
FILES = ("confusables.txt", "Scripts.txt", "ScriptExtensions.txt", "IdentifierStatus.txt")
SHARED = "Common"
EAST_ASIAN = {"Bopo": "Bopomofo", "Hang": "Hangul", "Hani": "Han", "Hira": "Hiragana", "Kana": "Katakana"}
"""What only these share, such as the long vowel mark, is theirs; other marks of several scripts count as common."""


def rows(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield first, last and value of each line of a file of properties."""
    for line in text.splitlines():
        fields = [field.strip() for field in line.partition("#")[0].split(";")]
        if len(fields) >= 2:
            first, _, last = fields[0].partition("..")
            yield int(first, 16), int(last or first, 16), fields[1]


def merged(ranges: list[tuple[int, int]]) -> Iterator[str]:
    """Yield ranges, neighbours joined, as text."""
    joined: list[list[int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1][1] = max(last, joined[-1][1])
        else:
            joined.append([first, last])
    for first, last in joined:
        yield f"{first:X}" if first == last else f"{first:X}-{last:X}"


def lines(start: str, words: Iterator[str]) -> Iterator[str]:
    """Yield lines that begin alike and are no longer than a screen."""
    line = start
    for word in words:
        if len(line) + len(word) + 1 > LINE_LENGTH:
            yield line
            line = start
        line += f" {word}"
    yield line


def is_kept(letter: str) -> bool:
    """True for what a name can hold after normalisation and lower case."""
    return unicodedata.category(letter)[0] in "LMNC" and unicodedata.normalize("NFKC", letter.casefold()) == letter


def look_alikes(text: str, allowed: set[int]) -> Iterator[str]:
    """Yield the lines of letters that look like others."""
    sources: dict[str, set[int]] = {"6C": {ord("I"), ord("|")}}  # Names are also compared as they are written.
    for source, _, value in rows(text):
        target = [int(code, 16) for code in value.split()]
        if is_kept(chr(source)) and (source in allowed or max(target) < 0x80):
            sources.setdefault("+".join(f"{code:X}" for code in target), set()).add(source)
    for target, found in sorted(sources.items()):
        yield from lines(f"looks-like {target}", (f"{code:X}" for code in sorted(found)))


def scripts(names: str, extensions: str, allowed: set[int]) -> Iterator[str]:
    """Yield the lines of scripts."""
    script_of = {code: name for first, last, name in rows(names) for code in range(first, last + 1) if code in allowed}
    for first, last, value in rows(extensions):
        known = [EAST_ASIAN.get(code) for code in value.split()]
        for code in range(first, last + 1):
            if code in allowed:
                script_of[code] = ",".join(sorted(name for name in known if name)) if all(known) else SHARED
    ranges: dict[str, list[tuple[int, int]]] = {}
    for code, name in script_of.items():
        ranges.setdefault(SHARED if name == "Inherited" else name, []).append((code, code))
    for name in sorted(ranges):
        yield from lines(f"script {name}", merged(ranges[name]))


def main() -> None:
    """Write the file."""
    folder = Path(sys.argv[1])
    texts = [(folder / name).read_text(encoding="utf-8-sig") for name in FILES]
    version = re.search(r"Version: ([\d.]+)", texts[0])
    assert version is not None and f"Scripts-{version[1]}" in texts[1], "the files are of different versions"
    allowed = {code for first, last, value in rows(texts[3]) if value == "Allowed" for code in range(first, last + 1)}
    result = [HEAD.format(files=", ".join(FILES), version=version[1]).rstrip("\n")]
    result += look_alikes(texts[0], allowed)
    result += scripts(texts[1], texts[2], allowed)
    TARGET.write_text("\n".join(result) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
