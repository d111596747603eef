"""The secrets of the second step of signing in lie sealed in the database."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from tests.factories import make_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.django_db
def test_totp_secret_is_sealed_and_still_works() -> None:
    TOTP.activate(make_user(), SECRET)
    stored = Authenticator.objects.get()
    assert SECRET not in str(stored.data)
    counter = next(iter(yield_hotp_counters_from_time()))
    assert TOTP(stored).validate_code(format_hotp_value(hotp_value(SECRET, counter)))


@pytest.mark.django_db
def test_recovery_codes_come_from_a_sealed_seed() -> None:
    codes = RecoveryCodes.activate(make_user())
    stored = Authenticator.objects.get()
    assert stored.data["seed"].startswith("t1:")
    assert RecoveryCodes(stored).generate_codes() == codes.generate_codes()
