"""Likely servers of an address, without asking anybody: a table of providers, else the usual names. Pure.

Only guesses: the test of the account proves them before any password is stored. RFC 8314 (implicit TLS first).
"""

from __future__ import annotations

from typing import Final

from mailclient.domain.account import Endpoint, IncomingProtocol, Security

_PROVIDERS: Final[dict[str, tuple[str, str, Security]]] = {
    "gmail.com": ("imap.gmail.com", "smtp.gmail.com", Security.TLS),
    "googlemail.com": ("imap.gmail.com", "smtp.gmail.com", Security.TLS),
    "gmx.de": ("imap.gmx.net", "mail.gmx.net", Security.TLS),
    "gmx.net": ("imap.gmx.net", "mail.gmx.net", Security.TLS),
    "gmx.com": ("imap.gmx.com", "mail.gmx.com", Security.TLS),
    "web.de": ("imap.web.de", "smtp.web.de", Security.STARTTLS),
    "t-online.de": ("secureimap.t-online.de", "securesmtp.t-online.de", Security.TLS),
    "posteo.de": ("posteo.de", "posteo.de", Security.TLS),
    "mailbox.org": ("imap.mailbox.org", "smtp.mailbox.org", Security.TLS),
    "fastmail.com": ("imap.fastmail.com", "smtp.fastmail.com", Security.TLS),
    "icloud.com": ("imap.mail.me.com", "smtp.mail.me.com", Security.STARTTLS),
    "me.com": ("imap.mail.me.com", "smtp.mail.me.com", Security.STARTTLS),
    "outlook.com": ("outlook.office365.com", "smtp-mail.outlook.com", Security.STARTTLS),
    "hotmail.com": ("outlook.office365.com", "smtp-mail.outlook.com", Security.STARTTLS),
    "yahoo.com": ("imap.mail.yahoo.com", "smtp.mail.yahoo.com", Security.TLS),
    "aol.com": ("imap.aol.com", "smtp.aol.com", Security.TLS),
    "zoho.com": ("imap.zoho.com", "smtp.zoho.com", Security.TLS),
    "yandex.com": ("imap.yandex.com", "smtp.yandex.com", Security.TLS),
    "orange.fr": ("imap.orange.fr", "smtp.orange.fr", Security.TLS),
    "free.fr": ("imap.free.fr", "smtp.free.fr", Security.TLS),
    "libero.it": ("imapmail.libero.it", "smtp.libero.it", Security.TLS),
    "bluewin.ch": ("imaps.bluewin.ch", "smtpauths.bluewin.ch", Security.TLS),
    "runbox.com": ("mail.runbox.com", "mail.runbox.com", Security.TLS),
    "migadu.com": ("imap.migadu.com", "smtp.migadu.com", Security.TLS),
}


_POP3: Final[dict[str, str]] = {
    "gmail.com": "pop.gmail.com",
    "googlemail.com": "pop.gmail.com",
    "gmx.de": "pop.gmx.net",
    "gmx.net": "pop.gmx.net",
    "gmx.com": "pop.gmx.com",
    "web.de": "pop3.web.de",
    "t-online.de": "securepop.t-online.de",
    "posteo.de": "posteo.de",
    "mailbox.org": "pop3.mailbox.org",
    "fastmail.com": "pop.fastmail.com",
    "outlook.com": "outlook.office365.com",
    "hotmail.com": "outlook.office365.com",
    "yahoo.com": "pop.mail.yahoo.com",
    "aol.com": "pop.aol.com",
    "zoho.com": "pop.zoho.com",
    "yandex.com": "pop.yandex.com",
    "orange.fr": "pop.orange.fr",
    "free.fr": "pop.free.fr",
    "libero.it": "popmail.libero.it",
    "bluewin.ch": "pop3s.bluewin.ch",
    "runbox.com": "mail.runbox.com",
    "migadu.com": "pop.migadu.com",
}


def guess_servers(address: str, protocol: IncomingProtocol = IncomingProtocol.IMAP) -> tuple[Endpoint, Endpoint]:
    """Return the likely receiving and sending server of an address."""
    domain = address.strip().rpartition("@")[2].lower()
    imap, smtp, security = _PROVIDERS.get(domain, (f"imap.{domain}", f"smtp.{domain}", Security.TLS))
    port = 465 if security is Security.TLS else 587
    name = address.strip()
    incoming = Endpoint(imap, 993, Security.TLS, name)
    if protocol is IncomingProtocol.POP3:
        incoming = Endpoint(_POP3.get(domain, f"pop.{domain}"), 995, Security.TLS, name)
    return incoming, Endpoint(smtp, port, security, name)
