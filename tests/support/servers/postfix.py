"""A real Postfix of our own: submission with STARTTLS and SASL by Dovecot, delivery to Dovecot by LMTP, not in /etc.

Needs root, because Postfix's master does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.servers.certificates import make_certificates, readable_files
from tests.support.servers.dovecot import Dovecot
from tests.support.servers.ports import free_ports, wait_for_port

INSTALL = "apt-get install --no-install-recommends postfix"
_MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.org
mydestination =
mynetworks =
virtual_mailbox_domains = example.org
virtual_mailbox_maps = texthash:{root}/mailboxes
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
alias_maps =
alias_database =
local_recipient_maps =
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_reject_unlisted_recipient = yes
message_size_limit = 20000000
maillog_file = {root}/postfix.log
maillog_file_prefixes = {root}
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """Where the running server is."""

    root: Path
    ca_file: Path
    starttls_port: int
    tls_port: int

    def log(self) -> str:
        """Return what it wrote."""
        path = self.root / "postfix.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def missing() -> str | None:
    """Return why Postfix cannot run here, or None."""
    if shutil.which("postfix") is None:
        return f"Postfix is not installed; as root: {INSTALL}"
    if os.geteuid() != 0:
        return "Postfix can be started by root only"
    return None


@contextmanager
def running_postfix(dovecot: Dovecot, users: list[str]) -> Iterator[Postfix]:
    """Start a server that delivers to this Dovecot, and stop it afterwards."""
    root = Path(tempfile.mkdtemp(prefix="postscope-postfix-"))
    config = root / "config"
    try:
        with readable_files():
            root.chmod(0o755)
            for name in ("config", "queue", "data"):
                (root / name).mkdir()
            shutil.chown(root / "data", "postfix", "postfix")
            port, tls_port = free_ports(2)
            tls = make_certificates(root / "tls", "localhost", "127.0.0.1")
            (root / "mailboxes").write_text("".join(f"{user} x\n" for user in users))
            values = {
                "root": root,
                "lmtp": dovecot.lmtp_port,
                "sasl": dovecot.sasl_port,
                "port": port,
                "tls_port": tls_port,
            }
            (config / "main.cf").write_text(_MAIN.format(certificate=tls.certificate, key=tls.key, **values))
            (config / "master.cf").write_text(_MASTER.format(**values))
            subprocess.run(["postfix", "-c", config, "start"], check=True, capture_output=True)
        for waiting in (port, tls_port):
            wait_for_port(waiting)
        yield Postfix(root, tls.ca_file, port, tls_port)
    finally:
        subprocess.run(["postfix", "-c", config, "stop"], check=False, capture_output=True)
        shutil.rmtree(root, ignore_errors=True)
