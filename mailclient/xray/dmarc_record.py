"""A DMARC record: its policy and what else it says. RFC 9989 sections 4.7 and 4.8; RFC 7489 for the old ``pct``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mailclient.xray.dkim_tags import parse_tags

POLICIES: Final = ("none", "quarantine", "reject")
_VERSION_FIRST: Final = re.compile(r"\s{0,20}v\s{0,20}=\s{0,20}DMARC1\s{0,20}(?:;|\Z)")
_REPORT_ADDRESS: Final = re.compile(r"mailto:[^\s,!;@]{1,200}@[^\s,!;@]{1,253}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """One record that is valid as far as it counts."""

    text: str
    domain: str
    """Where it was found, without ``_dmarc.``."""
    policy: str = "none"
    subdomain_policy: str = ""
    missing_policy: str = ""
    """``np``: for names that do not exist."""
    strict_dkim: bool = False
    strict_spf: bool = False
    public_suffix: str = "u"
    """``psd``: ``y``, ``n`` or ``u`` (not said)."""
    testing: bool = False
    """``t=y``: the next weaker policy applies."""
    percent: int | None = None
    """``pct`` of RFC 7489, which counts no more."""
    reports_to: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def is_dmarc(text: str) -> bool:
    """True for a TXT record that is one of DMARC."""
    return _VERSION_FIRST.match(text) is not None


def parse_dmarc(text: str, domain: str) -> DmarcRecord | None:
    """Return a record, or None when it cannot be applied (no valid policy and no address for reports)."""
    tags = parse_tags(text)
    remarks = list(tags.errors)
    reports_to = tuple(_REPORT_ADDRESS.findall(tags.get("rua")))[:10]
    policy = tags.squeezed("p").lower()
    given = {name: tags.squeezed(name).lower() for name in ("sp", "np")}
    wrong = [name for name, value in given.items() if value and value not in POLICIES]
    if policy not in POLICIES or wrong:
        if not reports_to:
            return None
        remarks.append("The policy is missing or wrong, so the record counts as p=none.")
        policy, given = "none", {"sp": "", "np": ""}
    percent_text = tags.squeezed("pct")
    percent = int(percent_text) if percent_text.isdecimal() and len(percent_text) < 4 else None
    if percent is not None and percent < 100:
        remarks.append(
            f"pct={percent}: by the older rules only that share was to be treated so; the tag counts no more."
        )
    psd = tags.squeezed("psd").lower()
    return DmarcRecord(
        text=text,
        domain=domain,
        policy=policy,
        subdomain_policy=given["sp"],
        missing_policy=given["np"],
        strict_dkim=tags.squeezed("adkim").lower() == "s",
        strict_spf=tags.squeezed("aspf").lower() == "s",
        public_suffix=psd if psd in {"y", "n"} else "u",
        testing=tags.squeezed("t").lower() == "y",
        percent=percent,
        reports_to=reports_to,
        remarks=tuple(remarks),
    )


def weaker(policy: str) -> str:
    """Return the next weaker policy."""
    return POLICIES[max(0, POLICIES.index(policy) - 1)]
