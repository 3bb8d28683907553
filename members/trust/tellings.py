"""What a member is told on their next page: the words for each thing that can have happened."""

from django.utils.translation import gettext_lazy as _

from members.trust.enums import Happening
from members.trust.models import Telling

WORDS = {
    Happening.BECAME_MEMBER: _(
        "You are a member now. The limits of the first days are over. It is good to have you here."
    ),
    Happening.NEWCOMER_AGAIN: _(
        "A member has taken back their word for you, so the limits of the first days hold again for a while. "
        "“Where you stand”, under Me, says how they end."
    ),
    Happening.VOUCHED_FOR: _("%(about)s has vouched for you."),
    Happening.ROLE_OFFERED: _("You have been offered a role: %(about)s. Say yes or no at “Where you stand”, under Me."),
    Happening.ROLE_ENDED: _("Your role has ended: %(about)s. Thank you for what you did."),
    Happening.ROLE_TO_SECOND: _(
        "Somebody is to become %(about)s. A second person must confirm it; see “Roles”, under Me."
    ),
    Happening.DATA_ASKED: _(
        "An administrator asks to see somebody's data. A second person must confirm it; see “Looks at data”, under Me."
    ),
    Happening.DATA_OPENED: _(
        "%(about)s opened personal data of yours. Why, and what was read: “Where you stand”, under Me."
    ),
    Happening.EMERGENCY: _(
        "%(about)s has opened somebody's data alone, in an emergency. Please look at it: “Looks at data”, under Me."
    ),
}


def words(telling: Telling) -> str:
    return str(WORDS[Happening(telling.happening)]) % {"about": telling.about}
