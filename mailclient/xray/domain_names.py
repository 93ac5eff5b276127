"""A domain in both its forms, and whether its letters go together: what is shown where a name could deceive.

Judged label by label as browsers do (UTS 39 section 5.2, RFC 5891 section 5.4, RFC 3492), without asking anybody. Pure; what
it looks like is ``lookalikes``.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from mailclient.xray.confusables import INVISIBLE, Letters, described, mixes_digits, scripts_together, skeleton
from mailclient.xray.organisation import organisational_domain

MAX_LABEL: Final = 63
MAX_DOMAIN: Final = 253
_CONTROL: Final = re.compile("[\x00-\x20\x7f-\xa0\ud800-\uf8ff]")
_DOTS: Final = re.compile("[\u3002\uff0e\uff61]")
"""What is a dot where a name is looked up (UTS 46 section 2.3)."""
_JOINER: Final = re.compile("(?<=[\u0590-\U0010ffff])[\u200c\u200d](?=[\u0590-\U0010ffff])")
"""Persian and the scripts of India need these between letters (RFC 5892 appendix A.1)."""
_OWN_ENDINGS: Final = frozenset("am bg by cy ge gr kg kz mk mn rs ru su tj ua uz".split())
"""Countries that write in Cyrillic, Greek, Armenian or Georgian: names in these letters are at home there."""


class Writing(enum.Enum):
    """How a label is written, from the plain to the worst."""

    ASCII = "ascii"
    ONE_LANGUAGE = "one-language"
    """Letters outside ASCII that one language uses together."""
    LOOKS_LATIN = "looks-latin"
    """Of another script, and each letter looks like a Latin one."""
    BROKEN = "broken"
    """It begins with ``xn--`` and stands for no name."""
    UNUSUAL = "unusual"
    """With letters that no living language uses in names."""
    MIXED = "mixed"
    """With letters of scripts that no language mixes."""
    INVISIBLE = "invisible"
    """With letters that cannot be seen."""

    @property
    def weight(self) -> int:
        """The larger, the worse."""
        return list(Writing).index(self)


@dataclass(frozen=True, slots=True)
class DomainName:
    """A domain, read."""

    ascii: str
    """Lower case, with A-labels: what is looked up."""
    text: str
    """Lower case, with U-labels: what people read."""
    writing: Writing
    """Of its worst label."""
    letters: tuple[str, ...] = ()
    """The letters that make it so, described."""

    @property
    def shown(self) -> str:
        """Both forms where they differ; the one that cannot deceive comes first when the other could."""
        first, second = self.forms
        return f"{first} ({second})" if second else first

    @property
    def forms(self) -> tuple[str, str]:
        """The form to show, and the other one; empty where there is none."""
        if self.ascii == self.text:
            return self.ascii, ""
        if self.writing.weight > Writing.ONE_LANGUAGE.weight:
            return self.ascii, f"reads {INVISIBLE.sub('', self.text)}"
        return self.text, self.ascii

    @property
    def organisation(self) -> tuple[str, str]:
        """The part of one organisation, in ASCII and as people read it."""
        own = organisational_domain(self.ascii)
        return own, ".".join(self.text.split(".")[-(own.count(".") + 1) :])


@lru_cache(maxsize=1024)
def _read(domain: str, letters: Letters) -> DomainName:
    name = unicodedata.normalize("NFC", _DOTS.sub(".", domain[:MAX_DOMAIN].strip(". ").lower()))
    judged = [_label(label, letters) for label in name.split(".")]
    worst = max(judged, key=lambda label: label.writing.weight)
    text = ".".join(label.text for label in judged)
    if worst.writing is Writing.LOOKS_LATIN and _at_home(text):
        worst = DomainName(worst.ascii, worst.text, Writing.ONE_LANGUAGE)
    return DomainName(".".join(label.ascii for label in judged), text, worst.writing, worst.letters)


@lru_cache(maxsize=4096)
def look_of(domain: str, letters: Letters) -> tuple[str, str]:
    """Return the organisation of a domain in ASCII, and the skeleton of what people read."""
    own, text = read_domain(domain, letters).organisation
    return own, skeleton(text, letters)


def read_domain(domain: str, letters: Letters) -> DomainName:
    """Return a domain in both forms, judged; any text has a reading."""
    if domain.isascii() and "xn--" not in domain.lower():
        name = domain[:MAX_DOMAIN].strip(". ").lower()
        return DomainName(name, name, Writing.ASCII)
    return _read(domain, letters)


def _label(label: str, letters: Letters) -> DomainName:
    if label.isascii():
        if not label.startswith("xn--"):
            return DomainName(label, label, Writing.ASCII)
        text = _decoded(label)
        if not text:
            return DomainName(label, label, Writing.BROKEN)
        return DomainName(label, text, *_judge(text, letters))
    return DomainName(_encoded(label), label, *_judge(label, letters))


def _decoded(label: str) -> str:
    """Return the U-label of an A-label; empty when it stands for none, or another spelling stands for the same."""
    if len(label) > MAX_LABEL:
        return ""
    try:
        text = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError, ValueError):
        return ""
    usual = unicodedata.normalize("NFC", text.lower())
    is_name = text == usual and not text.isascii() and not _CONTROL.search(text)
    return text if is_name and _encoded(text) == label else ""


def _encoded(label: str) -> str:
    try:
        return "xn--" + label[:MAX_DOMAIN].encode("punycode").decode("ascii")
    except UnicodeError:
        return label.encode("ascii", "backslashreplace").decode("ascii")


def _judge(label: str, letters: Letters) -> tuple[Writing, tuple[str, ...]]:
    hidden = INVISIBLE.findall(_JOINER.sub("", label))
    if hidden:
        return Writing.INVISIBLE, tuple(described(letter) for letter in dict.fromkeys(hidden))
    if not letters.starts:
        return Writing.ONE_LANGUAGE, ()
    scripts, together = scripts_together(label, letters)
    if not together:
        strangers = [each for each in dict.fromkeys(label) if letters.scripts_of(each) not in (None, {"Latin"})]
        mixed = [each for each in strangers if letters.scripts_of(each)] or list(dict.fromkeys(label))
        return Writing.MIXED, tuple(described(letter) for letter in mixed[:10])
    unusual = [each for each in dict.fromkeys(_JOINER.sub("", label)) if letters.scripts_of(each) is None]
    if unusual or mixes_digits(label, latin="Latin" in scripts):
        return Writing.UNUSUAL, tuple(described(letter) for letter in unusual[:10])
    if "Latin" not in scripts and skeleton(label, letters).isascii():
        return Writing.LOOKS_LATIN, tuple(described(letter) for letter in list(dict.fromkeys(label))[:10])
    return Writing.ONE_LANGUAGE, ()


def _at_home(name: str) -> bool:
    ending = name.rpartition(".")[2]
    return not ending.isascii() or ending in _OWN_ENDINGS
