"""The second factor: time-based one-time codes (RFC 6238), each taken once."""

import pyotp

from mingjing.services.auth.sealed import Seal
from mingjing.services.registry import Account, Accounts

ISSUER = "明镜电子监察"
STEP_S = 30
AROUND = 1
"""Steps before and after now whose codes are taken: phones' clocks differ."""


class OneTimeCodes:
    """Enrols people's authenticators and checks their codes."""

    def __init__(self, accounts: Accounts, seal: Seal) -> None:
        self._accounts = accounts
        self._seal = seal

    def enrol(self, account: Account) -> str:
        """Give the account a new secret and return it as an otpauth URI; it counts once `confirm` has seen a code."""
        secret = pyotp.random_base32()
        self._accounts.change(
            account.name, totp_sealed=self._seal.close(secret, _owner(account)), totp_confirmed=False, totp_last_step=0
        )
        return pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name=ISSUER)

    def confirm(self, account: Account, code: str, now_ms: int) -> bool:
        """Take the first code of a new authenticator; from then on it is asked for. False when it is wrong."""
        if not self.check(account, code, now_ms):
            return False
        self._accounts.change(account.name, totp_confirmed=True)
        return True

    def check(self, account: Account, code: str, now_ms: int) -> bool:
        """Return whether `code` is the account's now, and use it up; one seen before is wrong."""
        if account.totp_sealed is None:
            return False
        totp = pyotp.TOTP(self._seal.open(account.totp_sealed, _owner(account)))
        now = now_ms // 1000 // STEP_S
        for step in range(now - AROUND, now + AROUND + 1):
            if pyotp.utils.strings_equal(totp.generate_otp(step), code):
                return self._accounts.take_step(account.name, step)
        return False

    def remove(self, account: Account) -> None:
        """Ask the account for no codes any more."""
        self._accounts.change(account.name, totp_sealed=None, totp_confirmed=False, totp_last_step=0)


def _owner(account: Account) -> str:
    return f"totp:{account.name}"
