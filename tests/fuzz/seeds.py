"""Good bytes of each grammar, from which fuzzing begins. Values only."""

from __future__ import annotations

from typing import Final

RECEIVED: Final = (
    (
        b"from mail.example.org (mail.example.org [192.0.2.1]) (using TLSv1.3 with cipher X (256/256 bits))\r\n"
        b"\t(No client certificate requested) by mx.example.net (Postfix) with ESMTPS id 4Xq2 for <anna@example.net>;\r\n"
        b"\tSun, 1 Mar 2026 12:00:00 +0100 (CET)"
    ),
    b"from A1.example ([fe80::1%5]) by A2.example ([2001:db8::2%5]) with mapi id 15; Sun, 1 Mar 2026 11:00:00 +0000",
    b"by 2002:a05:1 with SMTP id x; Sun, 01 Mar 2026 03:00:00 -0800 (PST)",
    b"(qmail 123 invoked by uid 48); 1 Mar 2026 11:00:00 -0000",
)
RESULTS: Final = (
    (
        b"mx.example.net 1; dkim=pass (2048-bit key) header.d=example.org header.i=@example.org header.b=abc;\r\n"
        b" spf=pass (mx: x) smtp.mailfrom=a@example.org; dmarc=pass (p=reject) header.from=example.org; arc=none"
    ),
    b'pass (example.net: domain of a@example.org designates 192.0.2.1) client-ip=192.0.2.1; envelope-from="a@example.org"',
)
DKIM: Final = (
    (
        b"v=1; a=rsa-sha256; c=relaxed/simple; d=example.org; s=k1; t=1772366400; x=1772452800; l=10; q=dns/txt;\r\n"
        b"\th=From:To:Subject:Date; i=@example.org; z=From:a=40b; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=abcd"
    ),
    b"v=DKIM1; k=rsa; t=y:s; h=sha256; n=note; p=MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD",
    b"i=1; a=ed25519-sha256; cv=none; d=example.org; s=k; b=abcd",
)
PAGE: Final = (
    (
        b'<!DOCTYPE html><html><head><meta charset="utf-8"><base href="https://example.org/"><style>a{background:url(x)}</style>'
        b'</head><body onload="x()"><a href="https://example.net/?u=https%3A%2F%2Fexample.com">https://example.org</a>'
        b'<img src="cid:1" width=1 height="1"><div style="display:none">hidden &amp; &#x41;</div><!-- c -->'
        b"<form action=/x><input type=password name=p></form><script>x()</script></body></html>"
    ),
    b'<p style="color:#fff;background-color:white;font-size:0">x</p><v:fill src="x"/><svg onload=a><table background=b>',
)
MESSAGE: Final = (
    (
        b"From: a@example.org\r\nTo: b@example.net\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="a"\r\n\r\npre\r\n--a\r\n'
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\n\r\ntext\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<b>=C3=BC</b>\r\n--b--\r\n--a\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@example.org\r\n\r\nx\r\n"
        b'--a\r\nContent-Type: application/octet-stream; name="x.pdf"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--a--\r\npost"
    ),
    b"From: a\n\nbegin 644 x.txt\n#86)C\n`\nend\n> quoted\n",
)
TNEF: Final = bytes.fromhex("789f3e220100") + bytes.fromhex("0106900800040000000000010000010001") + bytes.fromhex(
    "02028006000e000000050001000000000000000000000000000500"
)  # fmt: skip
RTF: Final = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af8206265e07420776f726c647d000a80 0fa0"
)
CHARSETS: Final = (
    b"utf-8\nGr\xc3\xbc\xc3\x9fe",
    b"iso-2022-jp\n\x1b$B$3\x1b(B",
    b"gb18030\n\xc4\xe3\xba\xc3",
    b"koi8-r\n\xf0\xd2\xc9",
)

REPORT: Final = (
    b"Reporting-MTA: dns; mx.example.org\r\nArrival-Date: Sun, 1 Mar 2026 12:00:00 +0100\r\n\r\n"
    b"Final-Recipient: rfc822; a@b\r\n"
    b"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
)
