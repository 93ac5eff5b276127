"""Links, remote content, forms, scripts and hidden text as JSON. The keys are documented in ``docs/inspect.md``."""

from __future__ import annotations

from mailclient.xray.finding import Range
from mailclient.xray.json_values import Json
from mailclient.xray.link_types import Content


def content_json(content: Content) -> Json:
    """Return what a message contains beyond words."""
    return {
        "links": [
            {
                "url": link.url,
                "text": link.text,
                "host": link.host or None,
                "named_host": link.named_host or None,
                "misleading": link.misleading,
                "traits": sorted(trait.value for trait in link.traits),
                "leads_to": link.leads_to or None,
                "guarded": link.guarded,
                "section": link.section,
                "decoded_range": _range(link.decoded_range),
                "range": list(link.evidence),
            }
            for link in content.links
        ],
        "remote": [
            {
                "url": remote.url,
                "host": remote.host,
                "kind": remote.kind,
                "pixel": remote.is_pixel,
                "section": remote.section,
                "decoded_range": _range(remote.decoded_range),
                "range": list(remote.evidence),
            }
            for remote in content.remote
        ],
        "hosts": dict(content.hosts),
        "forms": [
            {
                "action": form.action,
                "host": form.host or None,
                "fields": list(form.fields),
                "asks_password": form.asks_password,
                "section": form.section,
                "range": list(form.evidence),
            }
            for form in content.forms
        ],
        "scripts": [
            {"kind": script.kind, "text": script.text, "section": script.section, "range": list(script.evidence)}
            for script in content.scripts
        ],
        "hidden": [
            {"text": hidden.text, "why": hidden.why, "section": hidden.section, "range": list(hidden.evidence)}
            for hidden in content.hidden
        ],
        "base": content.base or None,
    }


def _range(place: Range | None) -> Json:
    return list(place) if place else None
