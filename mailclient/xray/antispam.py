"""Microsoft's spam filter fields, decoded into sentences. What Microsoft does not document is said to be so.

``KEY:value;KEY:value``: split at semicolons, then at the first colon, because addresses hold colons. Pure, linear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

REPORT_FIELDS: Final = frozenset(
    {
        "x-forefront-antispam-report",
        "x-forefront-antispam-report-untrusted",
        "x-microsoft-antispam",
        "x-microsoft-antispam-untrusted",
        "x-microsoft-antispam-mailbox-delivery",
    }
)
_UNTRUSTED: Final = "The sender's own organisation wrote this report; to you it is only a claim."
_SFV: Final = {
    "NSPM": "The filter looked at the message and did not find spam.",
    "SPM": "The filter found spam.",
    "SKA": "Filtering was skipped: the organisation's policy allows the sender.",
    "SKB": "Marked as spam: the organisation's policy blocks the sender.",
    "SKN": "Marked as clean before filtering, for instance by a rule.",
    "SKS": "Marked as spam before filtering, by a rule.",
    "SKI": "Filtering was skipped, as for mail inside one organisation.",
    "SKQ": "Somebody released the message from quarantine.",
    "SFE": "Filtering was skipped: the sender is on the recipient's list of safe senders.",
    "BLK": "The sender is on the recipient's list of blocked senders.",
}
_CAT: Final = {
    "NONE": "No special kind of threat was found.",
    "AMP": "The malware filter decided.",
    "BIMP": "The sender seems to pose as a known brand.",
    "BULK": "The message counts as mass mail.",
    "DIMP": "The sender seems to pose as another domain.",
    "FTBP": "A kind of attachment is not allowed.",
    "GIMP": "The sender seems to pose as somebody the recipient writes with.",
    "UIMP": "The sender seems to pose as a certain person.",
    "INTOS": "Phishing from inside the organisation.",
    "MALW": "Malware was found.",
    "OSPM": "Spam was found when the message was sent.",
    "PHSH": "Phishing was found.",
    "PHISH": "Phishing was found.",
    "HPHSH": "The filter is very sure of phishing.",
    "HPHISH": "The filter is very sure of phishing.",
    "SAP": "The check of attachments decided.",
    "SPM": "Spam was found.",
    "HSPM": "The filter is very sure of spam.",
    "SPOOF": "The sender's address seems to be forged.",
}
_SFTY: Final = {
    "9.11": "Warning shown: the address poses as one of your own organisation.",
    "9.19": "Warning shown: the sender poses as another domain.",
    "9.20": "Warning shown: the sender poses as a certain person.",
    "9.21": "Warning shown: the sender's address could not be confirmed.",
    "9.22": "Warning shown: the sender's address could not be confirmed.",
    "9.25": "Hint shown: you do not often get mail from this sender.",
}
_PLAIN: Final = {
    ("IPV", "NLI"): "The connecting address is on no list of known addresses.",
    (
        "IPV",
        "CAL",
    ): "The connecting address is on the organisation's list of allowed addresses, so filtering was skipped.",
    ("SRV", "BULK"): "The message counts as mass mail.",
    ("DIR", "INB"): "The report is about a message coming in.",
    ("DIR", "OUT"): "The report is about a message going out.",
    ("DIR", "INT"): "The report is about a message inside the organisation.",
    ("PTR", "INFODOMAINNONEXISTENT"): "The connecting address has no name in DNS.",
    ("PTR", "INFONORECORDS"): "The connecting address has no name in DNS.",
    ("DEST", "I"): "The message went to the inbox.",
    ("DEST", "J"): "The message went to junk.",
    ("DEST", "C"): "The message went to another folder by a rule of the recipient.",
    ("DEST", "D"): "The message was deleted.",
    ("UCF", "1"): "A rule of the recipient applied (not documented by Microsoft).",
    ("JMR", "1"): "The junk mail rule applied (not documented by Microsoft).",
    ("OFR", "SPAMFILTERAUTHJ"): "The spam filter chose the folder.",
    ("OFR", "TRUSTEDSENDERLIST"): "The recipient's list of trusted senders chose the folder.",
    ("OFR", "CUSTOMRULES"): "A rule of the recipient chose the folder.",
    ("OFR", "SENDERINADDRESSBOOK"): "The sender is in the recipient's address book.",
    ("OFR", "SPAMFILTERPASS"): "The spam filter let the message pass.",
}
_INTERNAL: Final = frozenset({"SFS", "SFP", "ARA", "RULEID", "SRVR", "ENG", "URISCAN", "FPR"})


def decode_antispam(name: str, value: bytes) -> tuple[str, ...]:
    """Return sentences on what a Microsoft field says; none for other fields and for empty keys."""
    low = name.lower()
    text = value[:65_536].decode("ascii", "replace").strip()
    if low in {"x-ms-exchange-organization-scl", "x-ms-exchange-crosspremises-scl"}:
        return (scl_sentence(text),) if text else ()
    if low not in REPORT_FIELDS:
        return ()
    sentences = [_UNTRUSTED] if low.endswith("-untrusted") else []
    hidden: list[str] = []
    for key, content in antispam_pairs(text).items():
        if key in _INTERNAL and content:
            hidden.append(key)
        elif content:
            sentences.append(_sentence(key, content))
    if hidden:
        sentences.append(f"{', '.join(hidden)}: numbers of rules that Microsoft does not explain.")
    return tuple(sentences)


def antispam_pairs(text: str) -> Mapping[str, str]:
    """Return the keys in upper case with their values, the first of each."""
    pairs: dict[str, str] = {}
    for piece in text.split(";")[:200]:
        key, colon, content = piece.partition(":")
        if colon and key.strip():
            pairs.setdefault(key.strip().upper(), content.strip())
    return pairs


def scl_sentence(value: str) -> str:
    """Return what a spam confidence level means."""
    match value.strip():
        case "-1":
            meaning = "filtering was skipped"
        case "0" | "1":
            meaning = "not spam"
        case "2" | "3" | "4":
            meaning = "probably not spam; only an organisation's own Exchange server gives this level"
        case "5" | "6":
            meaning = "spam"
        case "7" | "8" | "9":
            meaning = "spam, and the filter is very sure"
        case _:
            return f"Spam confidence level {value[:20]}, which is no level that Microsoft documents."
    return f"Spam confidence level {value.strip()}: {meaning}."


def _sentence(key: str, value: str) -> str:
    shown = value[:120]
    plain = _PLAIN.get((key, value.upper()))
    if plain:
        return plain
    match key:
        case "SCL":
            return scl_sentence(value)
        case "BCL":
            return _bcl(value)
        case "PCL":
            return f"Phishing confidence level {shown}; from 4 on a message counts as suspicious."
        case "SFV":
            return _SFV.get(value.upper(), f"Verdict {shown}, which Microsoft does not document.")
        case "CAT":
            return _CAT.get(value.upper(), f"Category {shown}, which Microsoft does not document.")
        case "SFTY":
            return _SFTY.get(value, f"Safety level {shown}, which Microsoft does not document.")
        case "CIP" if value == "255.255.255.255":
            return "The message was submitted inside the service; no outer address connected."
        case "CIP":
            return f"The message came from the address {shown}."
        case "CTRY":
            return f"That address is registered in the country {shown}."
        case "LANG":
            return f"The language of the text seems to be {shown}."
        case "H":
            return f"The connecting server greeted as {shown}."
        case "PTR":
            return f"The name of the connecting address in DNS is {shown}."
        case _:
            return f"{key} is {shown}; Microsoft does not document it."


def _bcl(value: str) -> str:
    if not re.fullmatch(r"[0-9]", value, re.ASCII):
        return f"Bulk complaint level {value[:20]}, which is no level that Microsoft documents."
    level = int(value)
    meaning = (
        "not mass mail"
        if level == 0
        else "mass mail that few complain about"
        if level < 4
        else "mass mail that some complain about"
        if level < 8
        else "mass mail that many complain about"
    )
    return f"Bulk complaint level {level}: {meaning}."
