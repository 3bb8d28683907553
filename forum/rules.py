"""Who may do what in the forum; each verdict carries the sentence that the reader will see."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from commons import clock, markup
from commons.access import Allowed, Denied, Verdict
from commons.limits import Limit
from commons.ratelimit import WAY_OUT
from forum.enums import (
    EDIT_WINDOW,
    EDIT_WINDOW_NEWCOMER,
    IN_A_ROW_MAX_NEWCOMER,
    LINKS_MAX_NEWCOMER,
    MENTIONS_MAX,
    MENTIONS_MAX_NEWCOMER,
    Bump,
    Visibility,
)
from forum.models import Category, Post, Reader, Thread
from members.enums import FIRST_DAY, Role
from members.models import Member
from members.people import rules as people
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
    if isinstance(person, Member) and not person.acts_with_power:
        return Denied(
            _("Only this category's moderators can do that. If you are one, show your second step first: Me, Safety.")
        )
    return Denied(_("Only this category's moderators can do that."))


def can_start_thread(person: Reader, _category: Category) -> Verdict:
    return can_contribute(person)


def can_reply(person: Reader, thread: Thread) -> Verdict:
    if is_moderator_of(person, thread.category):
        return can_contribute(person)
    if thread.is_locked:
        return Denied(_("This thread is locked, so it takes no more replies."))
    if is_paused(thread, now=clock.now()):
        return Denied(_paused(thread))
    return can_contribute(person)


def is_paused(thread: Thread, *, now: datetime) -> bool:
    """A pause ends by itself, at its date."""
    return thread.paused_until is not None and now < thread.paused_until


def guided_bump(thread: Thread, *, now: datetime) -> Bump:
    """What moderators say about how the thread rises, while it counts."""
    is_over = thread.bump_until is None or now >= thread.bump_until
    return Bump.ITSELF if is_over else Bump(thread.bump)


def can_ask_to_restate(person: Reader, thread: Thread) -> Verdict:
    """Moderators of the category, and facilitators, who are called when a talk gets stuck."""
    if isinstance(person, Member) and person.acts_as(Role.FACILITATOR):
        return can_contribute(person)
    return can_moderate(person, thread.category)


def must_restate(person: Member, parent: Post) -> bool:
    """Where the thread asks for it. Newcomers may just ask, moderators just say, and nobody restates themselves."""
    is_exempt = person.is_newcomer or is_moderator_of(person, parent.thread.category)
    return parent.thread.asks_restating and not is_exempt and parent.author_id not in {None, person.pk}


def can_answer_restatement(person: Reader, post: Post) -> Verdict:
    """`post` holds the restatement; whoever it answers says whether that is it."""
    if not isinstance(person, Member) or post.parent is None or post.parent.author_id != person.pk:
        return Denied(_("Only the person who was heard can say whether that is it."))
    return can_contribute(person)


def can_see_balance(person: Reader, thread: Thread, *, takes_part: bool) -> Verdict:
    if takes_part or is_moderator_of(person, thread.category):
        return Allowed()
    return Denied(_("How the talk is shared is for those who take part in it."))


def can_ask_for_calm(person: Reader, *, takes_part: bool) -> Verdict:
    if not takes_part:
        return Denied(_("Those who take part in a thread can ask for calm in it."))
    return can_contribute(person)


def can_thank_for(person: Reader, post: Post) -> Verdict:
    if post.is_deleted:
        return Denied(_("This post was deleted."))
    if post.author is None:
        return Denied(_("Whoever wrote this is not here, so thanks would not reach them."))
    return people.can_thank(person, post.author)


def _paused(thread: Thread) -> str:
    until = localtime(thread.paused_until)
    words = _("This thread rests until %(date)s. What you write is kept as a draft.")
    said = words % {"date": date_format(until, "DATETIME_FORMAT")}
    return f"{said} {_('Reason:')} {thread.pause_reason}" if thread.pause_reason else said


def can_edit(person: Reader, post: Post, *, now: datetime) -> Verdict:
    if post.is_deleted:
        return Denied(_("This post was deleted."))
    if not isinstance(person, Member) or post.author_id != person.pk:
        return Denied(_("Only the person who wrote a post can edit it."))
    if person.is_newcomer and now - post.created_at > EDIT_WINDOW_NEWCOMER:
        words = _("In your first days a post can be edited for a day. You can reply to it instead.")
        return Denied(f"{words} {WAY_OUT}")
    if now - post.created_at > EDIT_WINDOW:
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


def can_summarise(person: Reader, thread: Thread, *, takes_part: bool) -> Verdict:
    """Where a thread is now is said by those who take part in it."""
    if is_moderator_of(person, thread.category):
        return can_contribute(person)
    if thread.is_locked:
        return Denied(_("This thread is locked; its moderators keep its summary."))
    if not takes_part:
        return Denied(_("Those who have written in a thread write its summary. Say something first."))
    return can_contribute(person)


def can_split(person: Reader, post: Post) -> Verdict:
    if post.is_opening:
        return Denied(_("The opening post is the thread itself; it cannot be split off."))
    return can_moderate(person, post.thread.category)


def can_say(member: Member, source: str) -> Verdict:
    """Limits on what one post may carry, narrower for newcomers, so that spam is not worth the trouble."""
    if member.is_newcomer:
        return _can_say_newcomer(source)
    if len(markup.mentioned(source)) > MENTIONS_MAX:
        return Denied(
            _("One post can mention at most %(count)d people. Take some out; what you wrote is safe.")
            % {"count": MENTIONS_MAX}
        )
    return Allowed()


def can_say_more(member: Member, parent: Post, *, in_a_row: int, has_answered: bool) -> Verdict:
    """Newcomers rest after three replies with nobody else in between, unless they answer somebody for the first time.

    `in_a_row` counts the thread's last replies, if all are theirs. Whoever is greeted by many can thank each.
    """
    answers_somebody_new = parent.author_id != member.pk and not has_answered
    if not member.is_newcomer or in_a_row < IN_A_ROW_MAX_NEWCOMER or answers_somebody_new:
        return Allowed()
    return Denied(
        _("In your first days, after %(count)d replies in a row, please wait until somebody else has written.")
        % {"count": IN_A_ROW_MAX_NEWCOMER}
        + f" {_safe_and_way_out()}"
    )


def _can_say_newcomer(source: str) -> Verdict:
    if len(markup.mentioned(source)) > MENTIONS_MAX_NEWCOMER:
        words = _("In your first days one post can mention at most %(count)d people. Take some out and send it again.")
        return Denied(f"{words % {'count': MENTIONS_MAX_NEWCOMER}} {_safe_and_way_out()}")
    if markup.link_count(source) > LINKS_MAX_NEWCOMER:
        words = _("In your first days a post can have at most %(count)d links, pictures among them. Take some out.")
        return Denied(f"{words % {'count': LINKS_MAX_NEWCOMER}} {_safe_and_way_out()}")
    return Allowed()


def _safe_and_way_out() -> str:
    return f"{_('What you wrote is safe.')} {WAY_OUT}"


def limits(member: Member, *, now: datetime) -> list[Limit]:
    """What limits somebody's writing now, in words."""
    if not member.is_newcomer:
        return [
            Limit(_("One post can mention %(count)d people.") % {"count": MENTIONS_MAX}),
            Limit(_("You can edit a post for thirty days.")),
        ]
    first_day_ends = member.date_joined + FIRST_DAY
    first_day = [
        Limit(_("You can begin about three threads and reply about ten times."), ends_at=first_day_ends),
    ]
    return [
        *(first_day if now < first_day_ends else []),
        Limit(_("After two posts in a minute there is a short rest."), is_newcomers=True),
        Limit(_("One post can have %(count)d links or pictures.") % {"count": LINKS_MAX_NEWCOMER}, is_newcomers=True),
        Limit(_("One post can mention %(count)d people.") % {"count": MENTIONS_MAX_NEWCOMER}, is_newcomers=True),
        Limit(
            _("After %(count)d replies in a row you wait until somebody else has written, or answer somebody else.")
            % {"count": IN_A_ROW_MAX_NEWCOMER},
            is_newcomers=True,
        ),
        Limit(_("You can edit a post for a day."), is_newcomers=True),
    ]
