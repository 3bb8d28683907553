"""What is done with personal data without asking, why, and how to object: shown beside the choices, so that nobody
is asked for a yes that a no would not change."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Duty(NamedTuple):
    code: str
    title: Promise
    why: Promise
    basis: Promise
    can_object: bool


DUTIES = (
    Duty(
        "account.core",
        _("Keep your account"),
        _("Your name, your address and how you sign in: without them there is no account."),
        _("the agreement between you and the community (GDPR Art. 6(1)(b))"),
        can_object=False,
    ),
    Duty(
        "security.auth_log",
        _("Remember sign-ins"),
        _("When and from which device you signed in, for 90 days, so that you and we notice a stranger."),
        _("legitimate interest: your safety (Art. 6(1)(f))"),
        can_object=True,
    ),
    Duty(
        "security.abuse_detection",
        _("Look out for spam and attacks"),
        _("How often somebody does what, so that floods can be slowed. A machine never punishes."),
        _("legitimate interest: everybody's safety (Art. 6(1)(f))"),
        can_object=True,
    ),
    Duty(
        "moderation.case_handling",
        _("Moderate"),
        _("What moderators do with a post or a thread, and why, is written down so that it can be checked."),
        _("legitimate interest: fairness (Art. 6(1)(f))"),
        can_object=True,
    ),
    Duty(
        "service.mail",
        _("Write to you about your account"),
        _("Codes, changes of your account and warnings of danger. Nothing else comes without your yes."),
        _("the agreement between you and the community (Art. 6(1)(b))"),
        can_object=False,
    ),
)
