"""A real Dovecot of our own: own directory, own ports, own users, gone without a trace afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.servers.certificates import make_certificates, readable_files
from tests.support.servers.ports import free_ports, wait_for_port

INSTALL = "apt-get install --no-install-recommends dovecot-imapd dovecot-pop3d dovecot-lmtpd"
_CONFIG = """
base_dir = {run}
state_dir = {root}/state
instance_name = postscope-test-{imaps}
protocols = imap pop3 lmtp
listen = 127.0.0.1
log_path = {root}/dovecot.log
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 apop scram-sha-1 scram-sha-256
first_valid_uid = 1
mail_location = maildir:{root}/mail/%u/Maildir:LAYOUT=fs
mail_fsync = never
mail_max_userip_connections = 100
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
{chroot}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    auto = subscribe
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Archive {{
    auto = subscribe
    special_use = \\Archive
  }}
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
  mailbox Trash {{
    auto = subscribe
    special_use = \\Trash
  }}
}}
{public}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {root}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {root}/users
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener sasl {{
    address = 127.0.0.1
    port = {sasl}
  }}
}}
protocol imap {{
  imap_capability = {capability}
  mail_plugins = {plugins}
}}
"""
_PUBLIC = """
namespace {{
  type = public
  separator = /
  prefix = {name}/
  location = maildir:{root}/mail/shared/Maildir:LAYOUT=fs:INDEXPVT={root}/mail/%u/shared
  list = yes
  subscriptions = no
}}
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """Where the running server is. User names are whole addresses."""

    root: Path
    ca_file: Path
    imap_port: int
    imaps_port: int
    pop3_port: int
    pop3s_port: int
    lmtp_port: int
    sasl_port: int
    password: str
    owner: tuple[int, int]

    def maildir(self, user: str, folder: str = "") -> Path:
        """Return the directory of a folder ("" is the inbox)."""
        base = self.root / "mail" / user / "Maildir"
        return base / folder if folder else base

    def put(self, user: str, messages: Iterable[bytes], folder: str = "", *, flags: str = "") -> int:
        """Write messages straight into the mailbox, which is far faster than delivering them; returns their number."""
        directory = self.maildir(user, folder)
        with readable_files():
            for name in ("cur", "new", "tmp"):
                (directory / name).mkdir(parents=True, exist_ok=True)
        count = 0
        for count, raw in enumerate(messages, 1):
            unique = f"{1_700_000_000 + count}.{time.monotonic_ns()}_{count}.test"
            path = directory / "cur" / f"{unique}:2,{flags}"
            path.write_bytes(raw)
        _give_to(self.root / "mail" / user, self.owner)
        return count


def _give_to(path: Path, owner: tuple[int, int]) -> None:
    if os.geteuid() == 0:
        os.chown(path, *owner)
        for directory, names, files in os.walk(path):
            for name in (*names, *files):
                os.chown(Path(directory) / name, *owner)


def missing() -> str | None:
    """Return why Dovecot cannot run here, or None."""
    if shutil.which("dovecot") is None:
        return f"Dovecot is not installed; as root: {INSTALL}"
    return None


@contextmanager
def running_dovecot(
    users: Iterable[str], password: str = "secret word", *, capability: str = "", plugins: str = "", public: str = ""
) -> Iterator[Dovecot]:
    """Start a server for these users and stop it afterwards.

    ``capability`` replaces the list it announces; ``plugins`` are loaded for IMAP (``imap_zlib`` compresses);
    ``public`` is the name of a namespace that all users share.
    """
    root = Path(tempfile.mkdtemp(prefix="postscope-dovecot-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        with readable_files():
            root.chmod(0o755)
            account = pwd.getpwnam("mail") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
            owner = (account.pw_uid, account.pw_gid)
            imap, imaps, pop3, pop3s, lmtp, sasl = free_ports(6)
            certificates = make_certificates(root / "tls", "localhost", "127.0.0.1")
            lines = [f"{user}:{password}:{owner[0]}:{owner[1]}::{root}/mail/{user}::" for user in users]
            (root / "users").write_text("\n".join(lines) + "\n")
            for user in users:
                (root / "mail" / user).mkdir(parents=True)
            _give_to(root / "mail", owner)
            as_root = os.geteuid() == 0
            (root / "dovecot.conf").write_text(
                _CONFIG.format(
                    run=root / "run",
                    root=root,
                    certificate=certificates.certificate,
                    key=certificates.key,
                    imap=imap,
                    imaps=imaps,
                    pop3=pop3,
                    pop3s=pop3s,
                    lmtp=lmtp,
                    sasl=sasl,
                    capability=capability,
                    plugins=plugins,
                    internal="dovecot" if as_root else account.pw_name,
                    login="dovenull" if as_root else account.pw_name,
                    group="dovecot" if as_root else "",
                    chroot="",
                    public=_PUBLIC.format(name=public, root=root) if public else "",
                )
            )
        process = subprocess.Popen(
            ["dovecot", "-F", "-c", str(root / "dovecot.conf")], start_new_session=True, umask=0o022
        )
        for port in (imap, imaps, pop3, pop3s, lmtp, sasl):
            wait_for_port(port)
        yield Dovecot(root, certificates.ca_file, imap, imaps, pop3, pop3s, lmtp, sasl, password, owner)
    finally:
        if process is not None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        shutil.rmtree(root, ignore_errors=True)
