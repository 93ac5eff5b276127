"""What a message contains beyond words, as rows: reports, files, links, remote things, forms, code. Pure."""

from __future__ import annotations

from mailclient.ui.xray.enclosed_rows import enclosure_group, report_group, wrapper_group
from mailclient.ui.xray.rows import MAX_CELL, Row
from mailclient.xray.inspection import Inspection
from mailclient.xray.link_types import Content, Link

MAX_ROWS = 1_000
WORDS_ONLY = "No links, nothing remote, no forms, no code: words only."
"""What is said when there are no rows."""


def content_rows(inspection: Inspection) -> tuple[Row, ...]:
    """Return a group of rows for each kind of thing that is there."""
    content = inspection.content
    groups = [report_group(report) for report in inspection.reports]
    groups += [wrapper_group(wrapper, inspection) for wrapper in inspection.wrappers]
    groups += [enclosure_group(enclosure) for enclosure in inspection.enclosed]
    groups += [
        _group("Links", tuple(_link_row(link) for link in content.links[:MAX_ROWS])),
        _group("Remote content", _remote_rows(content)),
        _group(
            "Forms",
            tuple(
                Row(
                    ("form", ", ".join(form.fields)[:MAX_CELL], form.host or form.action[:MAX_CELL]),
                    form.evidence,
                    "A form. What is written into it would be sent there; it does not work here.",
                    *(("warning", "warning") if form.asks_password else ("info", "muted")),
                    form,
                )
                for form in content.forms
            ),
        ),
        _group(
            "Code",
            tuple(
                Row((code.kind, code.text[:200], ""), code.evidence, "Code. It is never run here.", thing=code)
                for code in content.scripts
            ),
        ),
        _group(
            "Hidden text",
            tuple(
                Row(
                    (hidden.why, hidden.text[:200], ""),
                    hidden.evidence,
                    f"{hidden.letters} letters: {hidden.why}.",
                    thing=hidden,
                )
                for hidden in content.hidden
            ),
        ),
    ]
    return tuple(group for group in groups if group.children)


def _group(title: str, children: tuple[Row, ...]) -> Row:
    return Row((f"{title} ({len(children)})", "", ""), None, title, children=children)


def _link_row(link: Link) -> Row:
    traits = ", ".join(sorted(trait.value for trait in link.traits))
    lines = [f"Leads to {link.url[:800]}"]
    if link.misleading:
        lines.append(f"It reads {link.named_host}, which is another site.")
    if link.leads_to:
        lines.append(f"From there the reader is sent on to {link.leads_to}.")
    if traits:
        lines.append(f"Remarkable: {traits}.")
    mark = ("warning", "warning") if link.misleading else ("open", "muted")
    shown = (link.text or link.url)[:MAX_CELL]
    return Row(
        (link.scheme or "link", shown, link.host or link.url[:200]), link.evidence, "\n".join(lines), *mark, link
    )


def _remote_rows(content: Content) -> tuple[Row, ...]:
    rows = []
    for remote in content.remote[:MAX_ROWS]:
        what = "tracking pixel" if remote.is_pixel else remote.kind
        detail = (
            f"{remote.url[:800]}\nNothing is loaded unless you ask. {remote.host} would learn when and where you read."
        )
        rows.append(Row((what, remote.url[:MAX_CELL], remote.host), remote.evidence, detail, thing=remote))
    return tuple(rows)
