"""The explanations in ``resources/glossary``, read once when somebody asks."""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache, partial

from mailclient.app.known_names import known_names
from mailclient.paths import resource_path
from mailclient.protocol.smtp_replies import explain_reply
from mailclient.xray.field_meaning import FieldMeaning
from mailclient.xray.inspection import Context
from mailclient.xray.own_servers import OwnServers

Table = Mapping[str, Mapping[str, str]]


@cache
def table(name: str) -> Table:
    """Return one glossary table; an empty one when the file is missing."""
    path = resource_path("glossary", f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


@cache
def _headers() -> Mapping[str, FieldMeaning]:
    tables = (table("headers"), table("headers_registered"), table("headers_vendor"))
    return {name.lower(): _meaning(entry) for entries in tables for name, entry in entries.items()}


@cache
def _families() -> Sequence[tuple[re.Pattern[str], FieldMeaning]]:
    """The longest pattern first: the most particular one explains a name."""
    patterns = sorted(table("headers_families").items(), key=lambda item: -len(item[0]))
    return [(re.compile(fnmatch.translate(name.lower())), _meaning(entry)) for name, entry in patterns]


def _meaning(entry: Mapping[str, str]) -> FieldMeaning:
    return FieldMeaning(entry["sentence"], entry["rfc"], entry["class"], entry["writer"], entry["status"])


@lru_cache(maxsize=4096)
def explain_field(name: str) -> FieldMeaning:
    """Return what a header field is, by its name or by the family that the name belongs to."""
    low = name.lower()[:256]
    exact = _headers().get(low)
    if exact is not None:
        return exact
    return next((meaning for pattern, meaning in _families() if pattern.match(low)), FieldMeaning())


def explain_header(name: str) -> tuple[str, str]:
    """Return a sentence and the RFC of a header field; empty strings when it is unknown."""
    meaning = explain_field(name)
    return meaning.sentence, meaning.rfc


def place_header(name: str) -> tuple[str, str]:
    """Return the class of a header field and who writes it; empty strings when it is unknown."""
    meaning = explain_field(name)
    return (meaning.field_class, meaning.writer) if meaning.known else ("", "")


def _sentence(name: str, word: str) -> tuple[str, str]:
    entry = table(name).get(word)
    return (entry["sentence"], entry["rfc"]) if entry else ("", "")


def inspection_context(own: OwnServers) -> Context:
    """Return what an examination is given: the reader's servers, and the explanations."""
    return Context(
        own,
        explain_header,
        place_header,
        partial(_sentence, "report_fields"),
        partial(_sentence, "smtp_enhanced"),
        explain_field,
        names=known_names,
    )


def _entry(name: str, word: str) -> str:
    entry = table(name).get(word)
    return f"{entry['sentence']} ({entry['rfc']})" if entry else ""


def _explain_pop3(words: list[str], line: str, from_client: bool) -> str:
    first = words[0].upper() if words else ""
    if from_client:
        return _with_mechanism(_entry("pop3_commands", first), words)
    code = re.match(r"-ERR \[([A-Za-z0-9/-]+)\]", line)
    found = [_entry("pop3_replies", word) for word in ((first, code[1].upper()) if code else (first,))]
    # A line of CAPA: its words begin with a capability.
    return " ".join(text for text in found if text) or _entry("pop3_capabilities", first)


def _with_mechanism(sentence: str, words: list[str]) -> str:
    """Add what is special about the way to sign in that a command names."""
    if len(words) < 2 or words[0].upper() not in {"AUTH", "AUTHENTICATE"}:
        return sentence
    return f"{sentence} {_entry('sasl_mechanisms', words[1].upper())}".strip()


def _explain_dns(line: str, from_client: bool) -> str:
    """A question is ``TXT name``; an answer its code, then records as ``name 300 IN TXT ...``."""
    words = line.split()
    if from_client or not words:
        name = words[1] if len(words) > 1 else ""
        place = next((each for each in ("_domainkey", "_dmarc") if f"{each}." in name), "")
        return " ".join(filter(None, (_entry("dns", words[0] if words else ""), _entry("dns", place))))
    if len(words) >= 4 and words[2] == "IN":
        return _entry("dns", words[3])
    return " ".join(filter(None, (_entry("dns", word) for word in words[:2])))


def explain_line(protocol: str, line: str, from_client: bool) -> str:
    """Return what a line of a dialogue means, empty when nothing is known about it."""
    if protocol == "SMTP":
        if from_client:
            return _with_mechanism(_entry("smtp_commands", line.partition(" ")[0].upper()), line.split())
        match = re.match(r"(\d{3})[ -]?(?:([245]\.\d{1,3}\.\d{1,3})\b)?", line)
        return (
            explain_reply(int(match[1]), match[2] or "", table("smtp_replies"), table("smtp_enhanced")) if match else ""
        )
    words = line.split()
    if protocol == "POP3":
        return _explain_pop3(words, line, from_client)
    if protocol == "DNS":
        return _explain_dns(line, from_client)
    if from_client:
        verb = words[1].upper() if len(words) > 1 else ""
        if verb == "UID" and len(words) > 2:
            verb = f"UID {words[2].upper()}"
        return _with_mechanism(_entry("imap_commands", verb), words[1:])
    if len(words) < 2:
        return ""
    code = re.search(r"\[([A-Z-]+)", line)
    known = [_entry("imap_responses", code[1]) if code else ""]
    known += [_entry("imap_responses", word.upper()) for word in words[1:3]]
    return " ".join(text for text in known if text)
