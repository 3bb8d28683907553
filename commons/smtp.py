"""Letters over SMTP, also those that must never come back."""

from django.core.mail.backends import smtp

from commons.letters import NOBODY


class EmailBackend(smtp.EmailBackend):
    """Knows the null return path of RFC 5321, which Django takes for a mistake."""

    def prep_address(self, address: str, force_ascii: bool = True) -> str:  # noqa: FBT001, FBT002 (Django's signature)
        return NOBODY if address == NOBODY else super().prep_address(address, force_ascii)
