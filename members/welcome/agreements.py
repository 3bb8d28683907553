"""What everybody agrees to when they join, in plain and in easy words. A new version is asked about again."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Agreement:
    code: str
    version: int
    title: Promise
    points: tuple[Promise, ...]
    easy_read: Promise


AGREEMENTS = (
    Agreement(
        code="conduct",
        version=1,
        title=_("How we treat each other"),
        points=(
            _("We speak to each other as we would at a kitchen table: kindly, honestly, one at a time."),
            _("Everybody belongs. We don't put anybody down for who they are, where they come from or what they need."),
            _("A no is a whole answer. We don't push, follow or wear anybody down."),
            _("What is told in a closed room stays there."),
            _("When something hurts, we say so, to the person or to a moderator, and we try to mend it together."),
            _("Moderators have names and give reasons, and what they decide can be looked at again."),
        ),
        easy_read=_("Be kind. Be honest. A no is a no. Keep private things private. Ask for help when it hurts."),
    ),
    Agreement(
        code="privacy",
        version=1,
        title=_("What happens with your data"),
        points=(
            _("We keep what the site needs: the name you chose, your e-mail address, what you write and when."),
            _("Nothing is sold, nothing is tracked, and no other company's computers look over your shoulder."),
            _("Everything beyond that is off until you say yes, and every yes can be taken back with one press."),
            _("You can read what was done with your data, take all of it with you, and leave."),
        ),
        easy_read=_("We keep only what we need. You decide about the rest. You can take your data and go."),
    ),
)
CODES = {agreement.code: agreement for agreement in AGREEMENTS}
