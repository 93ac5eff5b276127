"""The words of trace fields that mean something: protocol types and the marks of programs, in plain English.

Data. RFC 3848 and RFC 6531 (``with`` types), the IANA registry of mail transmission types, and what programs write besides.
"""

from __future__ import annotations

import re
from typing import Final

_SMTP: Final = "handed over with SMTP"
PROTOCOLS: Final = {
    "smtp": f"{_SMTP} in its oldest form, without extensions",
    "esmtp": f"{_SMTP}, without encryption that this line tells of",
    "esmtpa": f"{_SMTP} by somebody who had signed in",
    "esmtps": f"{_SMTP} over an encrypted connection",
    "esmtpsa": f"{_SMTP} over an encrypted connection by somebody who had signed in",
    "asmtp": f"{_SMTP} by somebody who had signed in (an old spelling)",
    "smtps": f"{_SMTP} over an encrypted connection",
    "utf8smtp": f"{_SMTP}, with addresses in any script",
    "utf8smtpa": f"{_SMTP}, with addresses in any script, by somebody who had signed in",
    "utf8smtps": f"{_SMTP}, with addresses in any script, over an encrypted connection",
    "utf8smtpsa": f"{_SMTP}, with addresses in any script, over an encrypted connection by somebody who had signed in",
    "lmtp": "delivered to the store of mail with LMTP",
    "lmtpa": "delivered to the store of mail with LMTP by a server that had signed in",
    "lmtps": "delivered to the store of mail with LMTP over an encrypted connection",
    "lmtpsa": "delivered to the store of mail with LMTP over an encrypted connection by a server that had signed in",
    "utf8lmtp": "delivered to the store of mail with LMTP, with addresses in any script",
    "utf8lmtpa": "delivered to the store of mail with LMTP, with addresses in any script, by a server that had signed in",
    "utf8lmtps": "delivered to the store of mail with LMTP, with addresses in any script, over an encrypted connection",
    "utf8lmtpsa": "delivered with LMTP, with addresses in any script, encrypted, by a server that had signed in",
    "mms": "sent as a picture message of a telephone",
    "http": "written or handed over on a web page or through a web interface",
    "https": "written or handed over through an encrypted web interface",
    "httprest": "handed over through a web interface for programs",
    "mapi": "taken from or put into a mailbox of Microsoft Exchange",
    "microsoft smtp server": f"{_SMTP} by Microsoft Exchange",
    "microsoft smtpsvc": f"{_SMTP} by the SMTP service of Windows",
    "pop3": "fetched from a mailbox with POP3: the time is that of fetching",
    "imap": "fetched from a mailbox with IMAP: the time is that of fetching",
    "imap4": "fetched from a mailbox with IMAP: the time is that of fetching",
    "imap4-ssl": "fetched from a mailbox with encrypted IMAP: the time is that of fetching",
    "local": "handed over by a program on the same machine",
    "local-esmtp": "handed over by a program on the same machine",
    "spam-scanned": "handed back by a spam filter on the same machine",
    "submission": "handed in by the author's program",
    "ecstream": "handed over between two Ecelerity servers",
    "uucp": "handed over with UUCP, the way before SMTP",
    "nnfmp": "handed over inside Yahoo, or invented",
    "qmqp": "handed over with QMQP, a protocol of qmail",
    "qmtp": "handed over with QMTP, a protocol of qmail",
    "bsmtp": "handed over as a batch file",
    "pipe": "handed over by a program on the same machine",
}
"""What a ``with`` word says, by the word in lower case."""

AUTHENTICATED: Final = frozenset(
    {"esmtpa", "esmtpsa", "asmtp", "lmtpa", "lmtpsa", "utf8smtpa", "utf8smtpsa", "utf8lmtpa", "utf8lmtpsa"}
)
ENCRYPTED: Final = frozenset(
    {
        "esmtps",
        "esmtpsa",
        "smtps",
        "lmtps",
        "lmtpsa",
        "utf8smtps",
        "utf8smtpsa",
        "utf8lmtps",
        "utf8lmtpsa",
        "https",
        "imap4-ssl",
    }
)
FETCHED: Final = frozenset({"pop3", "imap", "imap4", "imap4-ssl"})
"""Not transport: the reader's own program took the message out of a mailbox, perhaps years later."""

SELDOM_HONEST: Final = frozenset({"nnfmp", "qmqp", "asmtp"})
"""Words that programs for unwanted mail like to invent; real ones exist."""


def protocol_word(text: str) -> str:
    """Return the word of PROTOCOLS that the text of a ``with`` clause means, in lower case; empty when none is known."""
    lowered = text.lower()
    for phrase in ("microsoft smtp server", "microsoft smtpsvc"):
        if phrase in lowered:
            return phrase
    words = lowered.replace("/", " ").replace("*", " ").split()
    return next((word for word in words if word in PROTOCOLS), "")


SOFTWARE: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), name)
    for pattern, name in (
        (r"\(Exim (\d[\w.]*)?", "Exim"),
        (r"\(8\.\d{1,2}\.\d{1,2}\S{0,20}/(?:Submit|8\.\d{1,2}\S{0,30}|\S{1,40})", "Sendmail"),
        (r"\(Postfix\b", "Postfix"),
        (r"\(OpenSMTPD\)", "OpenSMTPD"),
        (r"\(Haraka/?([\d.]*)", "Haraka"),
        (r"\(Stalwart SMTP\)", "Stalwart"),
        (r"\(KumoMTA\b", "KumoMTA"),
        (r"\(PowerMTA(?:\(TM\))? v?([\d.]*\w*)", "PowerMTA"),
        (r"\(ecelerity ([\d.]*)", "Ecelerity (Momentum)"),
        (r"\((?:Lotus|IBM|HCL) Domino Release ([\w.]*)", "Domino"),
        (r"\(MDaemon PRO v?([\d.]*)", "MDaemon"),
        (r"\(IceWarp ([\d.]*)", "IceWarp"),
        (r"\(Kerio Connect ([\d.]*)", "Kerio Connect"),
        (r"\(CommuniGate Pro \w{1,12} ([\d.]*)", "CommuniGate Pro"),
        (r"\(Axigen\)", "Axigen"),
        (r"\bMailEnable\b", "MailEnable"),
        (r"\(Dovecot\)", "Dovecot"),
        (r"\(Cyrus v?([\w.-]*)", "Cyrus"),
        (r"\(amavis(?:d-new|d)?\b", "Amavis"),
        (r"\(MEProxy\)", "Fastmail's proxy"),
        (r"\(Nemesis\)", "Nemesis (1&1, GMX, web.de)"),
        (r"\(SimpleEmailService\b", "Amazon SES"),
        (r"amazonaws\.com\b", "Amazon SES"),
        (r"\(SG\)|\bm=\+\d", "SendGrid"),
        (r"\(Oracle Communications Messaging Server ([\d.]*)", "Oracle Messaging Server"),
        (r"\(Sun Java\(tm\) System Messaging Server ([\d.]*)", "Sun Messaging Server"),
        (r"\(InterMail (vM[\d.]*)", "InterMail"),
        (r"\(Yahoo Inc\. Hermes SMTP Server\)|\.yahoo\.com\b", "Yahoo"),
        (r"\(Google Transport Security\)|\bby (?:mx|smtp)\.google(?:mail)?\.com\b|\bby smtp\.gmail\.com\b", "Gmail"),
        (r"\bby gmailapi\.google\.com\b|\bby 2002:[\da-f:]{4,40} with (?:SMTP|POST)\b", "Gmail"),
        (r"\brelay\.mimecast\.com\b|\(Using TLS\)", "Mimecast"),
        (r"\(PPS\)|\bpps\.filterd\b", "Proofpoint"),
        (r"\(Spam Firewall\)|\bcudaops\.com\b", "Barracuda"),
        (r"\(Proxmox\)", "Proxmox Mail Gateway"),
        (r"\(Mailchimp\)|\bmandrillapp\.com\b", "Mailchimp"),
        (r"\(Zendesk\)", "Zendesk"),
        (r"\(trex/([\d.]*)", "MailChannels"),
        (r"\(fetchmail-([\d.]*)", "fetchmail"),
        (r"\bgetmail(\d?)\b", "getmail"),
        (r"\(nullmailer\b", "nullmailer"),
        (r"\(sSMTP\b", "sSMTP"),
        (r"\(JAMES SMTP Server", "Apache James"),
        (r"\(PGP Universal", "PGP Universal"),
        (r"\(Sophos PureMessage Version ([\d.]*)", "Sophos PureMessage"),
        (r"\(SquirrelMail\b", "SquirrelMail"),
        (r"\(Horde Framework\)", "Horde"),
        (r"\bvia listexpand\b", "Majordomo"),
        (r"\brhost-flags-|\(ORCPT <", "ZMailer"),
        (r"\bSpamAssassin \(version ([\d.]*)", "SpamAssassin"),
        (r"\(mxback/Yandex\)|\(smtp/Yandex\)", "Yandex"),
        (r"\bMicrosoft SMTPSVC\(([\d.]*)", "Windows SMTP service"),
        (r"\bMicrosoft SMTPSVC\b", "Windows SMTP service"),
        (r"\bby \S{1,120}\.(?:outlook\.com|office365\.com)\b", "Microsoft 365"),
        (r"\bMicrosoft SMTP Server\b|\bwith mapi\b", "Microsoft Exchange"),
        (r"\(TLS: \w", "Courier"),
        (r"\bwith cmsmtp\b|\bby cmsmtp\b", "Cloudmark"),
        (r"\(qmail \d|\(qmail invoked|\(HELO [^)]{1,255}\) \(\S{1,120}\)", "qmail"),
    )
)
"""Marks in the order in which they are tried."""
_NAME_AFTER_HOST: Final = re.compile(
    r"\bby \S{1,255} \(([A-Z][\w.-]{2,30})(?:[ /]v?([\d.]{1,20})[^()]{0,80})?\) with\b"
)


def guess_software(text: str) -> tuple[str, str]:
    """Return the program that wrote an unfolded trace field, and its version; empty when nothing tells."""
    text = text[:4_000]
    for pattern, name in SOFTWARE:
        match = pattern.search(text)
        if match is not None:
            return name, (match[1] or "").rstrip(".") if match.re.groups else ""
    named = _NAME_AFTER_HOST.search(text)
    return (named[1], (named[2] or "").rstrip(".")) if named else ("", "")
