"""A-11, A-15: the name shown is the name saved, it stays in its folder, and its type is the last extension."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailclient.mime.filenames import MAX_NAME_BYTES, is_dangerous, safe_filename


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("bill.pdf", "bill.pdf"),
        ("Rechnung März.pdf", "Rechnung März.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/passwd", "passwd"),
        ("C:\\x\\a.txt", "a.txt"),
        ("C:a.txt", "C_a.txt"),
        ("..", "attachment"),
        (".", "attachment"),
        ("", "attachment"),
        ("///", "attachment"),
        (".bashrc", "bashrc"),
        ("-.bashrc", "bashrc"),
        ("--help", "help"),
        ("~root", "root"),
        ("a\0b.txt", "a_b.txt"),
        ("a\r\nb.txt", "a__b.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("photo.png\u200b.exe", "photo.png.exe"),
        ("photo.png" + " " * 200 + ".exe", "photo.png.exe"),
        ("photo.png\u2800\u2800.exe", "photo.png.exe"),
        ("photo.exe. . ", "photo.exe"),
        ("photo.exe\u00a0", "photo.exe"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("LPT1 .txt", "_LPT1.txt"),
        ('a:b*c?d|e<f>g"h', "a_b_c_d_e_f_g_h"),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_names(name: str, safe: str) -> None:
    assert safe_filename(name) == safe


def test_a_long_name_is_cut_before_its_extension() -> None:
    cut = safe_filename("é" * 300 + ".pdf")
    assert cut.endswith("é.pdf") and len(cut.encode()) <= MAX_NAME_BYTES
    assert len(safe_filename("x." + "y" * 400).encode()) <= MAX_NAME_BYTES


NASTY = st.lists(
    st.sampled_from([*"../\\:\0\r\n-~ a\u202e\u200b\u00a0\u2800", "con", ".exe", "\ud800", "\ufffd", "é" * 80]),
    max_size=60,
).map("".join)


@settings(max_examples=1_000)
@given(st.text(max_size=300) | NASTY)
def test_no_name_leaves_its_folder_or_hides_anything(name: str) -> None:
    safe = safe_filename(name)
    assert safe and Path(safe).name == safe and safe not in {".", ".."}
    assert len(safe.encode("utf-8")) <= MAX_NAME_BYTES
    assert safe[0] not in ".-~ " and safe[-1] not in ". "
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in safe)
    assert not set(safe) & set('/\\:*?"<>|')
    assert safe_filename(safe) == safe, "what is shown is what is saved"


@pytest.mark.parametrize(
    "name",
    [
        "a.exe",
        "a.EXE",
        "a.pdf.exe",
        "a.exe ",
        "a.exe.",
        "a.desktop",
        "a.sh",
        "a.py",
        "a.html",
        "a.svg",
        "a.jar",
        "a.lnk",
        "a.iso",
        "a.url",
        "a.docm",
        "a.js",
        "a.vbs",
        "a.scr",
        "a\u202efdp.exe",
        "a.hta",
        "a.ps1",
        "a.reg",
        "a.appimage",
        "a.deb",
        "a.eml",
    ],
)
def test_dangerous_by_name(name: str) -> None:
    assert is_dangerous(name, "application/octet-stream")


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "Application/X-MSDownload", "application/x-desktop"])
def test_dangerous_by_type(kind: str) -> None:
    assert is_dangerous("picture.png", kind)


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.txt", "a.docx", "exe", "a.exe.txt", "bill"])
def test_harmless(name: str) -> None:
    assert not is_dangerous(name, "application/octet-stream")
