"""What data begins with, by kind: the table behind ``xray.magic``. Data only; the order matters, the exact before the vague.

A row: where, which bytes, where else and which bytes there (or None), media type, name, risk.
"""

from __future__ import annotations

import enum
from typing import Final

Row = tuple[int, bytes, tuple[int, bytes] | None, str, str, "Risk"]


class Risk(enum.Enum):
    """What opening data of a kind may do."""

    NONE = "none"
    DOCUMENT = "document"
    """May hold macros or scripts, which a careful program asks about."""
    ARCHIVE = "archive"
    """Holds other files, which a filter may not have looked at."""
    PROGRAM = "program"
    """Runs when it is opened."""


_N, _D, _A, _P = Risk.NONE, Risk.DOCUMENT, Risk.ARCHIVE, Risk.PROGRAM

ROWS: Final[tuple[Row, ...]] = (
    (0, b"\x89PNG\r\n\x1a\n", None, "image/png", "PNG image", _N),
    (0, b"\xff\xd8\xff", None, "image/jpeg", "JPEG image", _N),
    (0, b"GIF87a", None, "image/gif", "GIF image", _N),
    (0, b"GIF89a", None, "image/gif", "GIF image", _N),
    (0, b"RIFF", (8, b"WEBP"), "image/webp", "WebP image", _N),
    (0, b"BM", (6, b"\0\0\0\0"), "image/bmp", "Windows bitmap", _N),
    (0, b"II*\0", None, "image/tiff", "TIFF image", _N),
    (0, b"MM\0*", None, "image/tiff", "TIFF image", _N),
    (0, b"II+\0", None, "image/tiff", "BigTIFF image", _N),
    (0, b"MM\0+", None, "image/tiff", "BigTIFF image", _N),
    (0, b"\0\0\1\0", None, "image/vnd.microsoft.icon", "Windows icon", _N),
    (0, b"\0\0\2\0", None, "image/x-win-cursor", "Windows cursor", _N),
    (4, b"ftypheic", None, "image/heic", "HEIC image", _N),
    (4, b"ftypheix", None, "image/heic", "HEIC image", _N),
    (4, b"ftyphevc", None, "image/heic", "HEIC image sequence", _N),
    (4, b"ftypmif1", None, "image/heif", "HEIF image", _N),
    (4, b"ftypmsf1", None, "image/heif", "HEIF image sequence", _N),
    (4, b"ftypavif", None, "image/avif", "AVIF image", _N),
    (4, b"ftypavis", None, "image/avif", "AVIF image sequence", _N),
    (0, b"\xff\x0a", None, "image/jxl", "JPEG XL image", _N),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", None, "image/jxl", "JPEG XL image", _N),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", None, "image/jp2", "JPEG 2000 image", _N),
    (0, b"\xff\x4f\xff\x51", None, "image/j2c", "JPEG 2000 image", _N),
    (0, b"8BPS", None, "image/vnd.adobe.photoshop", "Photoshop image", _N),
    (0, b"\xd7\xcd\xc6\x9a", None, "image/wmf", "Windows metafile", _N),
    (0, b"\1\0\x09\0", None, "image/wmf", "Windows metafile", _N),
    (0, b"\1\0\0\0", (40, b" EMF"), "image/emf", "Enhanced metafile", _N),
    (0, b"%!PS-Adobe", None, "application/postscript", "PostScript", _D),
    (0, b"\xc5\xd0\xd3\xc6", None, "application/postscript", "Encapsulated PostScript", _D),
    (0, b"{\\rtf", None, "application/rtf", "Rich text", _D),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None, "application/x-ole-storage", "Microsoft compound file", _D),
    (
        30,
        b"mimetypeapplication/vnd.oasis.opendocument.",
        None,
        "application/vnd.oasis.opendocument",
        "OpenDocument",
        _D,
    ),
    (30, b"mimetypeapplication/epub+zip", None, "application/epub+zip", "EPUB book", _A),
    (0, b"PK\3\4", None, "application/zip", "ZIP archive", _A),
    (0, b"PK\5\6", None, "application/zip", "Empty ZIP archive", _A),
    (0, b"PK\7\x08", None, "application/zip", "Divided ZIP archive", _A),
    (0, b"Cr24", None, "application/x-chrome-extension", "Browser extension", _P),
    (0, b"7z\xbc\xaf\x27\x1c", None, "application/x-7z-compressed", "7-Zip archive", _A),
    (0, b"Rar!\x1a\7\0", None, "application/vnd.rar", "RAR archive", _A),
    (0, b"Rar!\x1a\7\1\0", None, "application/vnd.rar", "RAR archive", _A),
    (0, b"\x1f\x8b\x08", None, "application/gzip", "gzip data", _A),
    (0, b"BZh", (4, b"1AY&SY"), "application/x-bzip2", "bzip2 data", _A),
    (0, b"\xfd7zXZ\0", None, "application/x-xz", "xz data", _A),
    (0, b"\x28\xb5\x2f\xfd", None, "application/zstd", "Zstandard data", _A),
    (0, b"\x04\x22\x4d\x18", None, "application/x-lz4", "LZ4 data", _A),
    (0, b"\x1f\x9d", None, "application/x-compress", "compress data", _A),
    (0, b"\x1f\xa0", None, "application/x-compress", "compress data", _A),
    (257, b"ustar", None, "application/x-tar", "tar archive", _A),
    (0, b"MSCF", None, "application/vnd.ms-cab-compressed", "Windows cabinet", _A),
    (0, b"\x60\xea", None, "application/x-arj", "ARJ archive", _A),
    (2, b"-lh", (6, b"-"), "application/x-lzh-compressed", "LHA archive", _A),
    (7, b"**ACE**", None, "application/x-ace-compressed", "ACE archive", _A),
    (32_769, b"CD001", None, "application/x-iso9660-image", "Disk image", _P),
    (0, b"conectix", None, "application/x-vhd", "Virtual disk", _P),
    (0, b"vhdxfile", None, "application/x-vhdx", "Virtual disk", _P),
    (0, b"xar!", None, "application/x-xar", "macOS package", _P),
    (0, b"!<arch>\ndebian-binary", None, "application/vnd.debian.binary-package", "Debian package", _P),
    (0, b"\xed\xab\xee\xdb", None, "application/x-rpm", "RPM package", _P),
    (0, b"\x7fELF", None, "application/x-executable", "Linux program", _P),
    (0, b"\xfe\xed\xfa\xce", None, "application/x-mach-binary", "macOS program", _P),
    (0, b"\xfe\xed\xfa\xcf", None, "application/x-mach-binary", "macOS program", _P),
    (0, b"\xce\xfa\xed\xfe", None, "application/x-mach-binary", "macOS program", _P),
    (0, b"\xcf\xfa\xed\xfe", None, "application/x-mach-binary", "macOS program", _P),
    (0, b"\xca\xfe\xba\xbe", None, "application/java-vm", "Java class or macOS program", _P),
    (0, b"L\0\0\0\1\x14\2\0", None, "application/x-ms-shortcut", "Windows shortcut", _P),
    (0, b"ITSF", None, "application/vnd.ms-htmlhelp", "Windows help", _P),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1", None, "application/onenote", "OneNote section", _P),
    (0, b"#!AMR", None, "audio/amr", "AMR sound", _N),
    (0, b"#!", None, "text/x-script", "Script", _P),
    (0, b"FWS", None, "application/x-shockwave-flash", "Flash film", _P),
    (0, b"CWS", None, "application/x-shockwave-flash", "Flash film", _P),
    (0, b"ZWS", None, "application/x-shockwave-flash", "Flash film", _P),
    (0, b"\0asm", None, "application/wasm", "WebAssembly program", _P),
    (0, b"ID3", None, "audio/mpeg", "MP3 sound", _N),
    (0, b"\xff\xfb", None, "audio/mpeg", "MP3 sound", _N),
    (0, b"\xff\xf3", None, "audio/mpeg", "MP3 sound", _N),
    (0, b"\xff\xf2", None, "audio/mpeg", "MP3 sound", _N),
    (0, b"fLaC", None, "audio/flac", "FLAC sound", _N),
    (0, b"OggS", None, "audio/ogg", "Ogg sound or video", _N),
    (0, b"RIFF", (8, b"WAVE"), "audio/wav", "WAV sound", _N),
    (0, b"RIFF", (8, b"AVI "), "video/x-msvideo", "AVI video", _N),
    (0, b"MThd", None, "audio/midi", "MIDI music", _N),
    (0, b"FORM", (8, b"AIF"), "audio/aiff", "AIFF sound", _N),
    (0, b".snd", None, "audio/basic", "Sun sound", _N),
    (4, b"ftyp", None, "video/mp4", "MPEG-4 sound or video", _N),
    (0, b"\x1a\x45\xdf\xa3", None, "video/x-matroska", "Matroska or WebM video", _N),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", None, "video/x-ms-asf", "Windows Media", _N),
    (0, b"\0\0\1\xba", None, "video/mpeg", "MPEG video", _N),
    (0, b"\0\0\1\xb3", None, "video/mpeg", "MPEG video", _N),
    (0, b"FLV\1", None, "video/x-flv", "Flash video", _N),
    (0, b"wOFF", None, "font/woff", "Web font", _N),
    (0, b"wOF2", None, "font/woff2", "Web font", _N),
    (0, b"\0\1\0\0Standard Jet DB", None, "application/msaccess", "Access database", _D),
    (0, b"\0\1\0\0Standard ACE DB", None, "application/msaccess", "Access database", _D),
    (0, b"\0\1\0\0", None, "font/ttf", "TrueType font", _N),
    (0, b"OTTO", None, "font/otf", "OpenType font", _N),
    (0, b"SQLite format 3\0", None, "application/vnd.sqlite3", "SQLite database", _N),
    (0, b"!BDN", None, "application/vnd.ms-outlook-pst", "Outlook mail store", _A),
    (0, b"\x78\x9f\x3e\x22", None, "application/ms-tnef", "Outlook's wrapper (TNEF)", _A),
    (0, b"BEGIN:VCARD", None, "text/vcard", "Address card", _N),
    (0, b"BEGIN:VCALENDAR", None, "text/calendar", "Calendar entry", _N),
    (0, b"-----BEGIN PGP MESSAGE", None, "application/pgp-encrypted", "OpenPGP message", _N),
    (0, b"-----BEGIN PGP SIGNATURE", None, "application/pgp-signature", "OpenPGP signature", _N),
    (0, b"-----BEGIN PGP PUBLIC KEY", None, "application/pgp-keys", "OpenPGP key", _N),
    (0, b"-----BEGIN CERTIFICATE", None, "application/x-pem-file", "Certificate", _N),
    (0, b"bplist00", None, "application/x-plist", "Apple property list", _N),
    (0, b"AC10", None, "image/vnd.dwg", "AutoCAD drawing", _N),
    (0, b"\0\5\x16\7", None, "application/applefile", "Apple file information", _N),
    (0, b"\0\5\x16\0", None, "application/applefile", "Apple file", _N),
    (0, b"(This file must be converted with BinHex", None, "application/mac-binhex40", "BinHex archive", _A),
    (0, b"PAR1", None, "application/vnd.apache.parquet", "Parquet data", _N),
    (0, b"PAR2\0PKT", None, "application/x-par2", "Parity data", _N),
)
"""Signatures at a fixed place."""

ZIP_CONTENTS: Final[tuple[tuple[bytes, str, str, Risk], ...]] = (
    (b"vbaProject.bin", "application/vnd.ms-office.macro", "Office document with macros", _D),
    (b"AndroidManifest.xml", "application/vnd.android.package-archive", "Android app", _P),
    (b"AppxManifest.xml", "application/appx", "Windows app", _P),
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word document", _D),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook", _D),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint slides", _D),
    (b"visio/", "application/vnd.ms-visio.drawing", "Visio drawing", _D),
    (b"META-INF/MANIFEST.MF", "application/java-archive", "Java program", _P),
    (b"doc.kml", "application/vnd.google-earth.kmz", "Map", _N),
)
"""What the names in a ZIP archive say that it is."""

OLE_CONTENTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("WordDocument", "application/msword", "Word 97 document"),
    ("Workbook", "application/vnd.ms-excel", "Excel 97 workbook"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint", "PowerPoint 97 slides"),
    ("__properties_version1.0", "application/vnd.ms-outlook", "Outlook message"),
)
"""What the names of streams in a compound file say that it is."""

TEXT_BEGINNINGS: Final[tuple[tuple[bytes, str, str, Risk], ...]] = (
    (b"<!doctype html", "text/html", "HTML", _D),
    (b"<html", "text/html", "HTML", _D),
    (b"<head", "text/html", "HTML", _D),
    (b"<body", "text/html", "HTML", _D),
    (b"<script", "text/html", "HTML with a script", _D),
    (b"<svg", "image/svg+xml", "SVG image (may hold scripts)", _D),
    (b"<hta:", "application/hta", "HTML application", _P),
    (b"<job", "application/x-wsf", "Windows script", _P),
    (b"<package", "application/x-wsf", "Windows script", _P),
    (b"[internetshortcut]", "application/x-url", "Internet shortcut", _P),
    (b"<?xml", "application/xml", "XML", _N),
)
"""Beginnings of text, in any case, after blanks and comments."""

ALIASES: Final[dict[str, str]] = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/x-ms-bmp": "image/bmp",
    "image/x-icon": "image/vnd.microsoft.icon",
    "image/ico": "image/vnd.microsoft.icon",
    "application/x-pdf": "application/pdf",
    "text/rtf": "application/rtf",
    "application/x-zip-compressed": "application/zip",
    "application/x-zip": "application/zip",
    "application/x-gzip": "application/gzip",
    "application/x-tgz": "application/gzip",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/x-rar": "application/vnd.rar",
    "audio/mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "application/vnd.ms-tnef": "application/ms-tnef",
    "text/x-vcard": "text/vcard",
    "text/directory": "text/vcard",
    "application/ics": "text/calendar",
    "text/xml": "application/xml",
    "application/x-msmetafile": "image/wmf",
}
"""Other names of the same type."""
