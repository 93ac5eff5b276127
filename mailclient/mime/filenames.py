"""Names of attachments: what is shown is what is saved, and neither can leave its folder or hide its type.

Pure text rules; nothing here touches a disk. RFC 2183 section 2.3 (never trust a suggested name).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_NAME_BYTES: Final = 200
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u2028\u2029\ufffd]')
_DANGEROUS: Final = frozenset(
    [
        "action",
        "ade",
        "adp",
        "apk",
        "app",
        "appimage",
        "application",
        "appref-ms",
        "asp",
        "aspx",
        "bas",
        "bat",
        "bin",
        "cab",
        "cer",
        "chm",
        "cmd",
        "cnt",
        "com",
        "command",
        "cpl",
        "crt",
        "csh",
        "deb",
        "desktop",
        "der",
        "diagcab",
        "dll",
        "dmg",
        "docm",
        "dotm",
        "drv",
        "eml",
        "exe",
        "fxp",
        "gadget",
        "grp",
        "hlp",
        "hpj",
        "hta",
        "htc",
        "htm",
        "html",
        "img",
        "inf",
        "ins",
        "inx",
        "ipa",
        "iqy",
        "iso",
        "isp",
        "its",
        "jar",
        "jnlp",
        "job",
        "js",
        "jse",
        "jsp",
        "ksh",
        "lnk",
        "mad",
        "maf",
        "mag",
        "mam",
        "maq",
        "mar",
        "mas",
        "mat",
        "mau",
        "mav",
        "maw",
        "mcf",
        "mda",
        "mdb",
        "mde",
        "mdt",
        "mdw",
        "mdz",
        "mht",
        "mhtml",
        "msc",
        "msh",
        "msi",
        "msp",
        "mst",
        "msu",
        "ops",
        "osd",
        "out",
        "paf",
        "pcd",
        "phar",
        "php",
        "pif",
        "pkg",
        "pl",
        "plg",
        "potm",
        "ppam",
        "ppsm",
        "pptm",
        "prf",
        "prg",
        "ps1",
        "psm1",
        "pst",
        "py",
        "pyc",
        "pyw",
        "pyz",
        "rb",
        "reg",
        "rgs",
        "rpm",
        "run",
        "scf",
        "scr",
        "sct",
        "service",
        "settingcontent-ms",
        "sh",
        "shb",
        "shs",
        "sldm",
        "sys",
        "shtml",
        "svg",
        "swf",
        "theme",
        "tmp",
        "u3p",
        "url",
        "vb",
        "vbe",
        "vbp",
        "vbs",
        "vhd",
        "vhdx",
        "vsmacros",
        "vsw",
        "webloc",
        "website",
        "workflow",
        "ws",
        "wsc",
        "wsf",
        "wsh",
        "xbap",
        "xht",
        "xhtml",
        "xlam",
        "xll",
        "xlsm",
        "xltm",
        "xml",
        "xnk",
        "xsl",
        "zsh",
    ]
)
_DANGEROUS_TYPES: Final = frozenset(
    {
        "application/x-msdownload",
        "application/x-msdos-program",
        "application/x-executable",
        "application/x-sh",
        "application/x-desktop",
        "application/java-archive",
        "application/x-ms-shortcut",
        "application/hta",
        "application/javascript",
        "text/javascript",
        "text/html",
        "application/xhtml+xml",
        "image/svg+xml",
        "text/x-python",
        "text/x-shellscript",
        "application/vnd.debian.binary-package",
        "application/x-iso9660-image",
    }
)


def safe_filename(name: str, fallback: str = "attachment") -> str:
    """Return a name for one file: no path, no controls, no invisible marks, not reserved, at most 200 bytes of UTF-8."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    text = "".join(character for character in text if unicodedata.category(character) not in {"Cf", "Cs", "Co", "Cn"})
    text = _FORBIDDEN.sub("_", text)
    text = re.sub(r"[\s\u2800\u3164\u00a0]+", " ", text)
    text = re.sub(r" +\.", ".", text).rstrip(". ").lstrip(".-~ ")
    if not text or not text.strip("._ "):
        text = fallback
    if _RESERVED.fullmatch(text):
        text = f"_{text}"
    stem, dot, extension = text.rpartition(".")
    if len(text.encode()) <= MAX_NAME_BYTES:
        return text
    if not dot or len(extension.encode()) > 20:
        return text.encode()[:MAX_NAME_BYTES].decode("utf-8", "ignore").rstrip(". ")
    room = MAX_NAME_BYTES - len(extension.encode()) - 1
    return f"{stem.encode()[:room].decode('utf-8', 'ignore').rstrip('. ')}.{extension}"


def is_dangerous(filename: str, content_type: str) -> bool:
    """True when opening the file could run something: decided by the last extension and by the declared type."""
    _, dot, extension = safe_filename(filename).rpartition(".")
    return (bool(dot) and extension.lower().strip() in _DANGEROUS) or content_type.lower() in _DANGEROUS_TYPES
