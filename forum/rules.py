"""Who may do what in the forum; each verdict carries the sentence that the reader will see."""

from datetime import datetime

from django.utils.translation import gettext as _

from commons import markup
from commons.access import Allowed, Denied, Verdict
from forum.enums import (
    EDIT_WINDOW,
    EDIT_WINDOW_NEWCOMER,
    LINKS_MAX_NEWCOMER,
    MENTIONS_MAX,
    MENTIONS_MAX_NEWCOMER,
    Visibility,
)
from forum.models import Category, Post, Reader, Thread
from members.models import Member
from members.rules import can_contribute


def can_see(reader: Reader, category: Category, *, is_granted: bool) -> bool:
    """The read rule for one category; `Category.objects.visible_to` says the same in SQL."""
    if category.visibility == Visibility.PUBLIC:
        return True
    if not isinstance(reader, Member):
        return False
    return category.visibility == Visibility.MEMBERS or is_granted


def is_moderator_of(person: Reader, category: Category) -> bool:
    """Reads `reader_moderates`, which the finding query has attached for this person."""
    return isinstance(person, Member) and getattr(category, "reader_moderates", False)


def can_moderate(person: Reader, category: Category) -> Verdict:
    if is_moderator_of(person, category):
        return can_contribute(person)
    return Denied(_("Only this category's moderators can do that."))


def can_start_thread(person: Reader, _category: Category) -> Verdict:
    return can_contribute(person)


def can_reply(person: Reader, thread: Thread) -> Verdict:
    if thread.is_locked and not is_moderator_of(person, thread.category):
        return Denied(_("This thread is locked, so it takes no more replies."))
    return can_contribute(person)


def can_edit(person: Reader, post: Post, *, now: datetime) -> Verdict:
    if post.is_deleted:
        return Denied(_("This post was deleted."))
    if not isinstance(person, Member) or post.author_id != person.pk:
        return Denied(_("Only the person who wrote a post can edit it."))
    if now - post.created_at > (EDIT_WINDOW_NEWCOMER if person.is_newcomer else EDIT_WINDOW):
        return Denied(_("The time to edit this post is over. You can reply to it instead."))
    return can_reply(person, post.thread)


def can_delete(person: Reader, post: Post) -> Verdict:
    if post.is_deleted:
        return Denied(_("This post was deleted."))
    if is_moderator_of(person, post.thread.category):
        return can_contribute(person)
    if not isinstance(person, Member) or post.author_id != person.pk:
        return Denied(_("Only the person who wrote a post, or a moderator, can delete it."))
    return can_contribute(person)


def can_cite(post: Post) -> Verdict:
    """Whether there is anything to quote elsewhere; whether its author agrees, the consent gate says."""
    if post.is_deleted:
        return Denied(_("This post was deleted."))
    if not post.thread.category.is_public:
        return Denied(_("What is said in a room for some stays in that room."))
    return Allowed()


def can_split(person: Reader, post: Post) -> Verdict:
    if post.is_opening:
        return Denied(_("The opening post is the thread itself; it cannot be split off."))
    return can_moderate(person, post.thread.category)


def can_say(member: Member, source: str) -> Verdict:
    """Limits on what one post may carry, narrower for newcomers, so that spam is not worth the trouble."""
    mentions_max = MENTIONS_MAX_NEWCOMER if member.is_newcomer else MENTIONS_MAX
    if len(markup.mentioned(source)) > mentions_max:
        return Denied(_("One post can mention at most %(count)d people.") % {"count": mentions_max})
    if member.is_newcomer and markup.link_count(source) > LINKS_MAX_NEWCOMER:
        return Denied(
            _("In your first days a post can have at most %(count)d links. Take some out, or ask a moderator.")
            % {"count": LINKS_MAX_NEWCOMER}
        )
    return Allowed()
