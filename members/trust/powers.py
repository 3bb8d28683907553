"""What everybody may do, in plain words: one list, shown at "Who does what" and to whoever is offered a role."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.enums import Role, Standing


@dataclass(frozen=True)
class Powers:
    """`may` is what somebody can do; `may_not` is what people often think they could."""

    title: Promise
    may: tuple[Promise, ...]
    may_not: Promise


OF_STANDING = {
    Standing.NEWCOMER: Powers(
        _("Newcomers"),
        (
            _("Read, write, reply, edit for a day, and be answered like everybody else."),
            _("Ask members to vouch for them."),
        ),
        _("Put many links or mentions in one post, or write very fast. It ends after about a week."),
    ),
    Standing.MEMBER: Powers(
        _("Members"),
        (
            _("Write without the limits of newcomers, and edit for thirty days."),
            _("After 30 days here: vouch for a newcomer, at most three times a month."),
        ),
        _("See or change what belongs to somebody else."),
    ),
}

OF_ROLE = {
    Role.ORGANISER: Powers(
        _("Organisers"),
        (
            _("Speak for the community about what it does: workshops, news, next steps."),
            _("Talk with people who ask to join, and let them in or not, where the community asks first."),
            _("Make a newcomer a member by vouching alone."),
        ),
        _("Change or remove what others wrote."),
    ),
    Role.MODERATOR: Powers(
        _("Moderators"),
        (
            _("Lock, pin, rename, move, merge and split threads, with a reason that everybody can read."),
            _("Delete a post; a line says that a moderator did it."),
            _("Both in every category that is not a group's own."),
            _("Confirm that an administrator looks at somebody's data, or not; end it; review emergencies."),
            _("Talk with people who ask to join, likewise; see who invited whom."),
            _("Two of them stand in for the second administrator when there is only one."),
            _("Make a newcomer a member by vouching alone, and see who vouched for whom."),
        ),
        _("See anybody's e-mail address, messages or consents, or give roles."),
    ),
    Role.FACILITATOR: Powers(
        _("Facilitators"),
        (
            _("Listen, and hold conversations in which people mend what went wrong between them."),
            _("Make a newcomer a member by vouching alone."),
        ),
        _("Moderate, or see anybody's data."),
    ),
    Role.ADMINISTRATOR: Powers(
        _("Administrators"),
        (
            _("Make categories, and say who sees them and who moderates them."),
            _("Give roles to others, with a reason and an end, and end them. Never to themselves."),
            _("Read alerts about attacks on accounts, and close them."),
            _("Suspend an account or switch it off; the change is written down."),
            _("See somebody's e-mail address for an hour, when a second person confirms the reason."),
            _("In an emergency see it alone for half an hour; the person and all who could stop it are told at once."),
        ),
        _("Make somebody an administrator alone, set a password, or read messages between two people."),
    ),
}
