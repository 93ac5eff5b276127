"""Own checks and what servers wrote, side by side, as rows: one for each check, with its reasons and answers below. Pure.

Columns: the check, what it is about, Postscope's own verdict, that of the reader's servers, and what others claim. The words
of verdicts are those of RFC 8601, so that the columns can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from mailclient.domain.dns import AnswerStatus, Lookup
from mailclient.ui.xray.rows import MAX_CELL, Row
from mailclient.xray.arc import ArcResult, ArcSet, ArcVerdict
from mailclient.xray.dkim import DkimResult
from mailclient.xray.dmarc import DmarcResult
from mailclient.xray.finding import Range
from mailclient.xray.inspection import Inspection
from mailclient.xray.results import AuthenticationResults, MethodResult
from mailclient.xray.spf import SpfResult

TITLES: Final = ("Check", "About", "Postscope", "Your servers", "Others claim")
VERDICT_WORDS: Final = {"not-checked": "not asked yet", "permerror": "cannot be checked", "temperror": "no answer"}
"""For the verdicts whose words in the RFCs say little; the others stay as they are."""
_GOOD: Final = frozenset({"pass"})
_BAD: Final = frozenset({"fail", "softfail", "policy", "permerror", "hardfail"})
_OWN_METHODS: Final = frozenset({"dkim", "arc", "spf", "dmarc"})
MAX_STEPS: Final = 200
MAX_SAID: Final = 20
"""So many results of servers stand below one check ..."""
MAX_METHODS: Final = 20
MAX_WRITTEN: Final = 30
"""... and so many fields, and results of a field, in the group of what was written. The source has the rest."""

Said = tuple[AuthenticationResults, MethodResult]
"""A result and the field that it stands in."""


def authentication_rows(inspection: Inspection) -> tuple[Row, ...]:
    """Return a row for each check, then everything that servers wrote, field by field."""
    fields = (*inspection.results, *(spf.as_results for spf in inspection.received_spf))
    said: dict[str, list[Said]] = {}
    for field in fields:
        for result in field.results:
            said.setdefault(result.method, []).append((field, result))
    found = inspection.verification
    rows = []
    for number, one in enumerate(found.dkim, 1):
        mine = [each for each in said.get("dkim", ()) if _is_of(each[1], one, number)]
        rows.append(_dkim_row(one, number, mine[:MAX_SAID]))
    if found.arc.verdict is not ArcVerdict.NONE:
        rows.append(_arc_row(found.arc, said.get("arc", [])[:MAX_SAID]))
    rows.append(_spf_row(inspection, found.spf, found.spf_reason, said.get("spf", [])[:MAX_SAID]))
    if found.dmarc is not None:
        rows.append(_dmarc_row(inspection, found.dmarc, said.get("dmarc", [])[:MAX_SAID]))
    others = [method for method in said if method not in _OWN_METHODS]
    rows += [_other_row(name, said[name][:MAX_SAID]) for name in others[:MAX_METHODS]]
    written = [_field_row(field) for field in inspection.results[:MAX_WRITTEN]]
    for spf in inspection.received_spf[:MAX_WRITTEN]:
        detail = f"Received-SPF: {spf.result}. {spf.reason}" + (f"\n{spf.comment}" if spf.comment else "")
        cells = ("Received-SPF", spf.get("envelope-from"), "", *_columns(spf.result, spf.trusted))
        written.append(Row(cells, spf.range, detail, *_trust_icon(spf.trusted), spf))
    if written:
        words = "What servers wrote into the header, field by field, the newest first."
        count = len(inspection.results) + len(inspection.received_spf)
        rows.append(Row((f"Written by servers ({count})", "", "", "", ""), None, words, children=tuple(written)))
    return tuple(rows)


def verdict_words(verdict: str) -> str:
    """Return a verdict for a cell."""
    return VERDICT_WORDS.get(verdict, verdict)


def _dkim_row(one: DkimResult, number: int, said: Sequence[Said]) -> Row:
    about = f"{one.domain} (key “{one.selector}”)" if one.domain else "an unnamed domain"
    signed = [f"Signed fields: {', '.join(one.signed_names)}."] if one.signed_names else []
    lines = [*signed, *one.steps]
    return _check_row(f"DKIM signature {number}", about, one.verdict.value, one.range, lines, one.lookups,
                      (one.proves, one.proves_not), said, one)  # fmt: skip


def _arc_row(arc: ArcResult, said: Sequence[Said]) -> Row:
    place = arc.sets[-1].ranges[-1] if arc.sets and arc.sets[-1].ranges else None
    about = ", ".join(one.domain for one in arc.sets)
    row = _check_row("ARC chain", about, arc.verdict.value, place, arc.reasons, arc.lookups,
                     (arc.proves, arc.proves_not), said, arc)  # fmt: skip
    return replace(row, children=(*(_set_row(one) for one in arc.sets), *row.children))


def _set_row(one: ArcSet) -> Row:
    """One server's set: its seal, and what it had found."""
    words = f"seal {verdict_words(one.seal.value)}, message {verdict_words(one.message_signature.value)}"
    found = {"none": "it was the first", "pass": "it found the chain before it good"}.get(one.claimed)
    text = (
        f"Set {one.instance} of {one.domain}: {words}; {found or f'it wrote “{one.claimed}” of the chain before it'}."
    )
    detail = "\n".join([text, *one.steps])
    return Row((text[:MAX_CELL], "", "", "", ""), one.ranges[-1] if one.ranges else None, detail, "key", "muted", one)


def _spf_row(inspection: Inspection, spf: SpfResult | None, reason: str, said: Sequence[Said]) -> Row:
    hop = inspection.route.receiving_hop
    place = (hop.pieces.get("ip") or hop.range) if hop is not None else None
    if spf is None:
        row = _check_row("SPF", "", "none", place, [reason], (), ("", ""), said, "spf")
        return replace(row, cells=(*row.cells[:2], "does not apply", *row.cells[3:]))
    lines = [f"{'  ' * min(step.depth, 10)}{step.text}" for step in spf.steps]
    lines += [f"The owner says to those who are refused: {spf.explanation}"] if spf.explanation else []
    about = f"{spf.address} for {spf.domain}"
    return _check_row(
        "SPF", about, spf.verdict.value, place, lines, spf.lookups, (spf.proves, spf.proves_not), said, spf
    )


def _dmarc_row(inspection: Inspection, dmarc: DmarcResult, said: Sequence[Said]) -> Row:
    field = inspection.message.headers.field("From")
    place = (field.start, field.end) if field is not None else None
    policy = {"": "", "none": "It asks for reports only."}.get(dmarc.policy, f"Its owner asks: {dmarc.policy}.")
    lines = [*dmarc.steps, *([policy] if policy else [])]
    about = f"From: {dmarc.domain}" if dmarc.domain else "From"
    return _check_row("DMARC", about, dmarc.verdict.value, place, lines, dmarc.lookups,
                      (dmarc.proves, dmarc.proves_not), said, dmarc)  # fmt: skip


def _check_row(
    name: str, about: str, verdict: str, place: Range | None, lines: Sequence[str], lookups: Sequence[Lookup],
    proven: tuple[str, str], said: Sequence[Said], thing: object,
) -> Row:  # fmt: skip
    """A check with its reasons, the answers it rests on, what it proves and what not, and what servers say of it."""
    proves, proves_not = proven
    sentences = [line for line in lines if line][:MAX_STEPS]
    meaning = [f"Proves: {proves}"] if proves else []
    meaning += [f"Does not prove: {proves_not}"] if proves_not else []
    children = [_sentence(line, place, "") for line in sentences]
    children += [_lookup_row(lookup, place) for lookup in lookups]
    children += [_sentence(line, place, "info") for line in meaning]
    children += [_said_row(field, result) for field, result in said]
    words = verdict_words(verdict)
    head = f"{name}{f', {about}' if about else ''}: {words}."
    detail = "\n".join([head, *meaning, *sentences[:8]])
    cells = (name, about, words, _told(said, trusted=True), _told(said, trusted=False))
    return Row(cells, place, detail, *_verdict_icon(verdict), thing, tuple(children), folded=True)


def _sentence(words: str, place: Range | None, icon: str) -> Row:
    return Row((words[:MAX_CELL], "", "", "", ""), place, words, icon)


def _lookup_row(lookup: Lookup, place: Range | None) -> Row:
    """A question with its answer."""
    question, answer = lookup.question, lookup.answer
    name = f"{question.name} {question.type.value}"
    if answer.status is not AnswerStatus.FOUND:
        icon = ("clock", "muted") if answer.status is AnswerStatus.NOT_ASKED else ("info", "muted")
        return Row(
            (f"DNS: {name}: {answer.status.value}", "", "", "", ""), place, f"{name}: {answer.status.value}.", *icon
        )
    safe = "validated by DNSSEC" if answer.authenticated else "not validated by DNSSEC"
    texts = "; ".join(answer.records)
    aliases = [f"Found by way of {', '.join(answer.aliases)}."] if answer.aliases else []
    detail = "\n".join([f"{name}, {safe}:", *aliases, *answer.records])
    return Row((f"DNS, {safe}: {name}: {texts[:MAX_CELL]}", "", "", "", ""), place, detail, "search", "muted")


def _said_row(field: AuthenticationResults, result: MethodResult) -> Row:
    row = _result_row(field, result)
    return replace(row, cells=(f"{_who(field)} says", result.comment[:MAX_CELL], *row.cells[2:]))


def _result_row(field: AuthenticationResults, result: MethodResult) -> Row:
    detail = f"{result.method} = {result.result}. {result.comment}\n"
    detail += "\n".join(f"{name} = {value}" for name, value in result.properties)
    cells = (result.method, result.domain, "", *_columns(result.result, field.trusted))
    icon = _verdict_icon(result.result) if field.trusted else _trust_icon(False)
    return Row(cells, result.range if result.range[1] else field.range, detail, *icon, result)


def _other_row(method: str, said: Sequence[Said]) -> Row:
    """A check that only servers can make, or that Postscope does not."""
    words = f"{method}: a check that servers made and that is not repeated here."
    cells = (method, "", "not made here", _told(said, trusted=True), _told(said, trusted=False))
    children = tuple(_said_row(field, result) for field, result in said)
    place = said[0][1].range if said[0][1].range[1] else said[0][0].range
    return Row(cells, place, words, "info", "muted", method, children, folded=True)


def _field_row(field: AuthenticationResults) -> Row:
    believed = "your server" if field.trusted else ""
    claims = "" if field.trusted else "only claimed"
    instance = f" {field.instance}" if field.instance is not None else ""
    cells = (_who(field), f"{field.field_name}{instance}", "", believed, claims)
    children = tuple(_result_row(field, result) for result in field.results[:MAX_WRITTEN])
    more = len(field.results) - len(children)
    if more > 0:
        children += (_sentence(f"and {more} more results", field.range, ""),)
    detail = f"{field.field_name}\n{field.reason}"
    return Row(cells, field.range, detail, *_trust_icon(field.trusted), field, children, folded=True)


def _who(field: AuthenticationResults) -> str:
    return field.authserv_id or "an unnamed server"


def _is_of(result: MethodResult, one: DkimResult, number: int) -> bool:
    """True when a server's result is about this signature; one that names none is taken for the first."""
    if result.method != "dkim":
        return False
    if not result.domain:
        return number == 1
    selector = result.get("header.s")
    return result.domain == one.domain and selector in {"", one.selector}


def _told(said: Sequence[Said], *, trusted: bool) -> str:
    """Return the results of one kind of server, each with who says so when they differ."""
    mine = [(field, result) for field, result in said if field.trusted is trusted]
    words = list(dict.fromkeys(result.result for _, result in mine))
    if len(words) < 2:
        return "".join(words)
    return ", ".join(dict.fromkeys(f"{result.result} ({_who(field)})" for field, result in mine))[:MAX_CELL]


def _columns(words: str, trusted: bool) -> tuple[str, str]:
    return (words, "") if trusted else ("", words)


def _trust_icon(trusted: bool) -> tuple[str, str]:
    """Believed or not; that says nothing of what was found."""
    return ("lock", "success") if trusted else ("info", "muted")


def _verdict_icon(verdict: str) -> tuple[str, str]:
    if verdict in _GOOD:
        return "check", "success"
    return ("warning", "warning") if verdict in _BAD else ("info", "muted")
