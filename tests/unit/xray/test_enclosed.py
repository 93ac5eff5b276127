"""Files inside of parts: found with their bytes, their types and their damage; ordinary ones alarm nobody."""

from __future__ import annotations

import base64
import json

import pytest

from mailclient.app.glossary import inspection_context
from mailclient.paths import resource_path
from mailclient.xray.enclosed import MAX_FILES
from mailclient.xray.finding import Severity
from mailclient.xray.inspection import Context, Inspection, inspect
from mailclient.xray.own_servers import OwnServers
from mailclient.xray.report import report_json
from mailclient.xray.report_text import report_as_text
from tests.unit.xray.test_tnef import WRAPPER, attribute


def specimen(name: str) -> bytes:
    return resource_path("specimens", f"{name}.eml").read_bytes()


def wrapped(tnef: bytes) -> Inspection:
    head = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    found = inspect(b"From: a@example.org\r\n" + head + base64.encodebytes(tnef))
    assert found.unexamined == ()
    return found


def test_a_file_in_a_text_is_found_with_its_bytes() -> None:
    raw = specimen("uuencode")
    found = inspect(raw)
    (enclosure,) = found.enclosed
    (file,) = enclosure.files
    assert (file.way, file.name, file.data) == ("uuencode", "hello.txt", b"Hello, lighthou")
    assert raw[slice(*file.place)].startswith(b"begin 644 hello.txt")
    assert raw[slice(*file.place)].rstrip().endswith(b"end")
    assert [finding for finding in found.findings if finding.id.startswith("enclosed")] == []


def test_the_files_of_winmail_are_listed_with_what_else_it_tells() -> None:
    found = wrapped(WRAPPER)
    (enclosure,) = found.enclosed
    first = enclosure.files[0]
    assert (first.content_type, first.data[:8]) == ("application/pdf", b"%PDF-1.7")
    assert ("Subject", "Plans für May") in [(value.name, value.value) for value in enclosure.values]
    assert "Dear Alex" in enclosure.text
    for file in enclosure.files:
        assert found.message.root.body_range[0] <= file.place[0] < file.place[1] <= len(found.raw)


def test_a_program_in_winmail_is_a_warning_and_damage_a_notice() -> None:
    program = attribute(2, 0x00069002, bytes(14)) + attribute(2, 0x00018010, b"SETUP.EXE\0")
    found = wrapped(WRAPPER + program + attribute(2, 0x0006800F, b"MZ\x90\0") + b"\x07")
    weights = {finding.id: finding.severity for finding in found.findings}
    assert weights["enclosed-program"] is Severity.WARNING
    assert weights["winmail-damaged"] is Severity.NOTICE


def test_what_is_no_wrapper_encloses_nothing() -> None:
    assert wrapped(b"no wrapper at all").enclosed == ()


def test_a_file_that_was_cut_off_says_so() -> None:
    cut = specimen("uuencode").partition(b"`\r\n" if b"`\r\n" in specimen("uuencode") else b"`\n")[0]
    found = inspect(cut)
    assert found.enclosed[0].files[0].problems == ("Its end is missing: it was cut off.",)
    assert any(finding.id == "enclosed-damaged" for finding in found.findings)


def test_a_piece_and_a_wrong_checksum_of_yenc() -> None:
    head = b"=ybegin part=1 total=3 line=128 size=900 name=a.bin\r\n=ypart begin=1 end=3\r\n"
    body = head + b"abc\r\n=yend size=3 pcrc32=00000000\r\n"
    (file,) = inspect(b"From: a@example.org\r\n\r\n" + body).enclosed[0].files
    assert file.problems[0] == "Its checksum is wrong: it was damaged on the way."
    assert file.problems[-1] == "It is piece 1 of 3 of a larger file."


def test_so_many_files_are_bounded() -> None:
    one = b"begin 644 a\r\n#86)C\r\n`\r\nend\r\n"
    part = b"--b\r\n\r\n" + one * 90 + b"\r\n"
    found = inspect(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 20 + b"--b--\r\n")
    assert sum(len(enclosure.files) for enclosure in found.enclosed) == MAX_FILES


@pytest.mark.parametrize("name", ["bounce", "receipt", "digest", "external-body", "partial", "uuencode", "dkim-signed"])
def test_reports_and_wrappers_are_in_the_documents(name: str) -> None:
    context = inspection_context(OwnServers())
    told = json.loads(json.dumps(report_json(specimen(name), context)))
    found = inspect(specimen(name), context)
    assert len(told["reports"]) == len(found.reports)
    assert len(told["wrappers"]) == len(found.wrappers)
    assert len(told["enclosed"]) == len(found.enclosed)
    text = report_as_text(found)
    summaries = [each.summary for each in found.reports] + [each.summary for each in found.wrappers]
    for summary in summaries + [each.summary for each in found.enclosed]:
        assert summary in text
    if name == "bounce":
        status = [f for g in told["reports"][0]["groups"] for f in g["fields"] if f["name"] == "Status"]
        assert "5.1.1" in status[0]["value"] and "failed for good" in status[0]["meaning"]


def test_the_fields_say_what_they_are_in_the_document() -> None:
    told = json.loads(
        json.dumps(report_json(b"From: a@example.org\r\nMessage-ID: x\r\n\r\n", inspection_context(OwnServers())))
    )
    first, second = told["headers"]
    assert (first["class"], first["writer"], first["well_formed"]) == ("originator", "author", True)
    assert not second["well_formed"] and second["oddities"]
    assert json.loads(json.dumps(report_json(b"", Context())))["identity"]["looked"] is False
