"""What a failure means for an account."""

from __future__ import annotations

import pytest

from mailclient.domain import errors
from mailclient.domain.events import AccountStatus
from mailclient.engine.failures import decide_verdict


@pytest.mark.parametrize(
    ("error", "status", "parked"),
    [
        (errors.NetworkGone("x."), AccountStatus.WAITING, False),
        (errors.ServerBusy("x."), AccountStatus.WAITING, False),
        (errors.MalformedReply("x."), AccountStatus.WAITING, False),
        (errors.ProgramFault("x."), AccountStatus.WAITING, False),
        (errors.DiskFull("x."), AccountStatus.DISK_FULL, False),
        (errors.SignInNeeded("x."), AccountStatus.SIGN_IN_NEEDED, True),
        (errors.CertificateRefused("x."), AccountStatus.FAILED, True),
        (errors.InsecureConnection("x."), AccountStatus.FAILED, True),
        (errors.StoreDamaged("x."), AccountStatus.FAILED, True),
    ],
)
def test_each_error_has_its_verdict(error: errors.PostscopeError, status: AccountStatus, parked: bool) -> None:
    verdict = decide_verdict(error)
    assert (verdict.status, verdict.parked) == (status, parked)
    assert verdict.sentence.startswith("x.")
