"""What servers wrote about their checks, as JSON for ``inspect``; the keys are documented in ``docs/inspect.md``. Pure.

RFC 8601, RFC 7208 section 9.1.
"""

from __future__ import annotations

from mailclient.xray.inspection import Inspection
from mailclient.xray.json_values import Json
from mailclient.xray.verification_json import verification_json


def authentication_json(inspection: Inspection) -> Json:
    """Return the key ``authentication`` of the report."""
    return {
        "summary": {
            "text": inspection.summary.text,
            "mark": inspection.summary.mark.value,
            "rests_on": inspection.summary.rests_on or None,
        },
        **verification_json(inspection.verification),
        "authentication_results": [
            {
                "field": field.field_name,
                "authserv_id": field.authserv_id or None,
                "instance": field.instance,
                "trusted": field.trusted,
                "reason": field.reason,
                "results": [
                    {
                        "method": result.method,
                        "result": result.result,
                        "domain": result.domain or None,
                        "properties": dict(result.properties),
                        "comment": result.comment or None,
                        "range": list(result.range),
                    }
                    for result in field.results
                ],
                "range": list(field.range),
            }
            for field in inspection.results
        ],
        "received_spf": [
            {
                "result": spf.result,
                "trusted": spf.trusted,
                "reason": spf.reason,
                "values": dict(spf.values),
                "comment": spf.comment or None,
                "range": list(spf.range),
            }
            for spf in inspection.received_spf
        ],
    }
