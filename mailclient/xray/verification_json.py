"""Own checks as JSON for ``inspect``; the keys are documented in ``docs/inspect.md``. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from mailclient.domain.dns import Lookup
from mailclient.xray.arc import ArcResult
from mailclient.xray.dkim import DkimResult
from mailclient.xray.dmarc import DmarcResult
from mailclient.xray.json_values import Json
from mailclient.xray.spf import SpfResult
from mailclient.xray.verification import Verification


def verification_json(found: Verification) -> dict[str, Json]:
    """Return the keys ``spf``, ``dkim``, ``dmarc``, ``arc``, ``dns`` and ``missing`` of ``authentication``."""
    return {
        "spf": _spf(found.spf) if found.spf else None,
        "spf_reason": found.spf_reason or None,
        "dkim": [_dkim(one) for one in found.dkim],
        "dmarc": _dmarc(found.dmarc) if found.dmarc else None,
        "arc": _arc(found.arc),
        "dns": lookups_json(found.lookups),
        "missing": [f"{question.name} {question.type.value}" for question in found.missing],
    }


def lookups_json(lookups: Sequence[Lookup]) -> Json:
    """Return look-ups with their answers."""
    return [
        {
            "name": lookup.question.name,
            "type": lookup.question.type.value,
            "status": lookup.answer.status.name.lower(),
            "records": list(lookup.answer.records),
            "aliases": list(lookup.answer.aliases),
            "dnssec": lookup.answer.authenticated,
        }
        for lookup in lookups
    ]


def _spf(found: SpfResult) -> Json:
    return {
        "verdict": found.verdict.value,
        "address": found.address,
        "domain": found.domain,
        "identity": found.identity,
        "matched": found.matched or None,
        "explanation": found.explanation or None,
        "steps": [{"depth": step.depth, "text": step.text} for step in found.steps],
        "proves": found.proves,
        "proves_not": found.proves_not,
    }


def _dkim(found: DkimResult) -> Json:
    return {
        "verdict": found.verdict.value,
        "domain": found.domain,
        "selector": found.selector,
        "algorithm": found.algorithm,
        "identity": found.identity or None,
        "signed_fields": list(found.signed_names),
        "body_unchanged": found.body_unchanged,
        "header_unchanged": found.header_unchanged,
        "key_bits": found.key_bits,
        "testing": found.testing,
        "steps": list(found.steps),
        "proves": found.proves,
        "proves_not": found.proves_not,
        "range": list(found.range),
    }


def _dmarc(found: DmarcResult) -> Json:
    return {
        "verdict": found.verdict.value,
        "domain": found.domain,
        "organisational_domain": found.organisational_domain or None,
        "policy": found.policy or None,
        "record": found.record.text if found.record else None,
        "aligned_dkim": list(found.aligned_dkim),
        "aligned_spf": found.aligned_spf,
        "steps": list(found.steps),
        "proves": found.proves,
        "proves_not": found.proves_not,
    }


def _arc(found: ArcResult) -> Json:
    return {
        "verdict": found.verdict.value,
        "reasons": list(found.reasons),
        "sets": [
            {
                "instance": one.instance,
                "domain": one.domain,
                "selector": one.selector,
                "cv": one.claimed,
                "message_signature": one.message_signature.value,
                "seal": one.seal.value,
                "steps": list(one.steps),
                "ranges": [list(place) for place in one.ranges],
            }
            for one in found.sets
        ],
        "proves": found.proves or None,
        "proves_not": found.proves_not or None,
    }
