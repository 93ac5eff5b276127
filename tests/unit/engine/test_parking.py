"""What only the user can put right is asked for once."""

from __future__ import annotations

from mailclient.domain.account import Purpose
from mailclient.domain.errors import CertificateRefused, SignInNeeded, StoreDamaged
from mailclient.engine.parking import Parking


def test_a_refused_password_holds_both_sides_back() -> None:
    parking = Parking()
    assert parking.park(Purpose.INCOMING, SignInNeeded("No."))
    assert parking.reason(Purpose.SUBMISSION) is not None
    assert not parking.park(Purpose.SUBMISSION, SignInNeeded("No."))


def test_the_sending_server_has_no_say_in_fetching() -> None:
    parking = Parking()
    assert parking.park(Purpose.SUBMISSION, SignInNeeded("No."))
    assert parking.reason(Purpose.INCOMING) is None


def test_a_certificate_concerns_its_own_server() -> None:
    parking = Parking()
    parking.park(Purpose.INCOMING, CertificateRefused("Expired."))
    assert parking.reason(Purpose.SUBMISSION) is None


def test_a_damaged_store_concerns_all() -> None:
    parking = Parking()
    parking.park(Purpose.SUBMISSION, StoreDamaged("Broken."))
    assert parking.reason(Purpose.INCOMING) is not None


def test_what_was_put_right_may_fail_anew() -> None:
    parking = Parking()
    parking.park(Purpose.INCOMING, SignInNeeded("No."))
    parking.leave()
    assert parking.reason(Purpose.INCOMING) is None
    assert parking.park(Purpose.INCOMING, SignInNeeded("Still no."))
