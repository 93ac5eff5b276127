"""Links that a provider rewrote say where they lead in the end, and are judged by that."""

from __future__ import annotations

import pytest

from mailclient.xray.finding import Severity
from mailclient.xray.inspection import inspect
from mailclient.xray.link_guards import guarded_target

SAFE = "https://eur05.safelinks.protection.outlook.com/?url=https%3A%2F%2F{}%2Flogin&data=05%7C02%7C"


@pytest.mark.parametrize(
    ("url", "host", "target"),
    [
        (SAFE.format("www.bank.example"), "eur05.safelinks.protection.outlook.com", "www.bank.example"),
        (
            "https://urldefense.proofpoint.com/v2/url?u=https-3A__www.bank.example_login&d=DwMF",
            "urldefense.proofpoint.com",
            "www.bank.example",
        ),
        (
            "https://urldefense.com/v3/__https://www.bank.example/login__;!!AbC!dEf$",
            "urldefense.com",
            "www.bank.example",
        ),
        ("https://protect-eu.mimecast.com/s/AbC?domain=bank.example", "protect-eu.mimecast.com", "bank.example"),
        (
            "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fbank.example%2fx&c=E,1",
            "linkprotect.cudasvc.com",
            "bank.example",
        ),
        ("https://secure-web.cisco.com/1AbC/https%3A%2F%2Fbank.example%2Fx", "secure-web.cisco.com", "bank.example"),
        ("https://evil.test/?url=https%3A%2F%2Fbank.example", "evil.test", ""),
        ("https://urldefense.com.evil.test/?u=https%3A%2F%2Fbank.example", "urldefense.com.evil.test", ""),
        ("https://urldefense.com/v3/", "urldefense.com", ""),
        ("https://[urldefense.com", "urldefense.com", ""),
    ],
)
def test_where_a_rewritten_link_leads(url: str, host: str, target: str) -> None:
    assert guarded_target(url, host) == target


def weights(address: str) -> dict[str, Severity]:
    raw = f'From: a@example.org\r\nContent-Type: text/html\r\n\r\n<a href="{address}">https://www.bank.example/</a>\r\n'
    return {one.id: one.severity for one in inspect(raw.encode()).findings if one.id.startswith("link-")}


def test_a_rewritten_link_that_leads_where_it_says_is_no_deception() -> None:
    assert weights(SAFE.format("www.bank.example")) == {"link-guarded": Severity.INFO}


def test_a_deceptive_link_stays_one_behind_a_guard() -> None:
    found = weights(SAFE.format("evil.test"))
    assert found["link-text-misleads"] is Severity.WARNING
    assert weights("https://evil.test/?url=https://www.bank.example")["link-text-misleads"] is Severity.WARNING
