"""What the forum holds about people, and what becomes of it."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Erase, Holding, Retention, declare, tells_of_nobody
from forum import actions
from forum.actions import leaving
from forum.enums import DRAFT_LIFETIME, NUDGES_KEPT
from forum.models import (
    Bookmark,
    CategoryUserPermission,
    CaughtUp,
    Draft,
    MailedPost,
    Mention,
    NudgeShown,
    Post,
    PostRevision,
    Restatement,
    Summary,
    SummaryRevision,
    Thread,
    ThreadChange,
    Visit,
)

POSTS = Erase(run=leaving.hand_over_posts, left=lambda leaver: leaving.posts_of(leaver.member).count())
THREADS = Erase(run=leaving.hand_over_posts, left=lambda leaver: leaving.threads_of(leaver.member).count())
REVISIONS = Erase(
    run=leaving.forget_editing,
    left=lambda leaver: PostRevision.objects.filter(
        Q(replaced_by=leaver.member) | Q(post__in=leaving.posts_of(leaver.member))
    ).count(),
)
MODERATING = Erase(
    run=leaving.forget_moderating,
    left=lambda leaver: (
        ThreadChange.objects.filter(by=leaver.member).count() + Post.objects.filter(deleted_by=leaver.member).count()
    ),
)
SUMMARIES = Erase(
    run=leaving.hand_over_summaries, left=lambda leaver: Summary.objects.filter(author=leaver.member).count()
)
SUMMARIES_BEFORE = Erase(
    run=leaving.hand_over_summaries,
    left=lambda leaver: SummaryRevision.objects.filter(Q(author=leaver.member) | Q(replaced_by=leaver.member)).count(),
)
RESTATEMENTS = Erase(
    run=leaving.hand_over_posts,
    left=lambda leaver: Restatement.objects.filter(post__in=leaving.posts_of(leaver.member).values("pk")).count(),
)
MENTIONS = Erase(run=leaving.forget_mentions, left=leaving.mentions_left)

declare(
    Activity(
        code="forum.talk",
        title=_("Talk in the forum"),
        why=_("To show what people write to those whom a room is for, and to lead them to what is new."),
        basis=_("the agreement between you and the community (GDPR Art. 6(1)(b))"),
        subjects=_("members, and people who wrote on old mailing lists"),
        recipients=_("whoever may read the room; for public rooms everybody"),
    ),
    Holding(
        model=Mention,
        title=_("Posts that mention you"),
        activity="forum.talk",
        of=lambda member: Mention.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="content/mentions-of-me",
        export=("id", "post_id", "post__thread__title", "post__created_at"),
        erase=MENTIONS,
    ),
    Holding(
        model=Post,
        title=_("What you wrote"),
        activity="forum.talk",
        of=leaving.posts_of,
        personal={
            "author": "pd:Username",
            "unclaimed_author": "pd:Name",
            "deleted_by": "pd:Username",
            "source": "pd:Communication",
            "html": "pd:Communication",
            "content_note": "pd:Communication",
            "language": "pd:Language",
        },
        plain={"path": "a place in the tree", "submission": "a random key of one form"},
        file="content/posts",
        export=(
            "id",
            "thread_id",
            "thread__title",
            "thread__category__name",
            "number",
            "parent_id",
            "source",
            "html",
            "language",
            "content_note",
            "licence",
            "created_at",
            "edited_at",
            "deleted_at",
            "hidden_at",
        ),
        erase=POSTS,
        order=10,
        choosable=True,
        retention=(
            Retention(
                code="forum.deleted_posts",
                what=_("Posts that were taken back"),
                keep=timedelta(0),
                then=_("The text and its history go at once; a line that says so keeps the place."),
                why=_("You took them back; the answers stay readable."),
                due=lambda before: PostRevision.objects.filter(post__deleted_at__lt=before),
            ),
        ),
    ),
    Holding(
        model=Restatement,
        title=_("What you heard from somebody whom you answered"),
        activity="forum.talk",
        of=lambda member: Restatement.objects.filter(post__in=leaving.posts_of(member).values("pk")),
        personal={"heard": "pd:Communication"},
        file="content/heard",
        export=("post_id", "heard", "answer", "answered_at"),
        erase=RESTATEMENTS,
        order=10,
        held_with="forum.Post",
    ),
    Holding(
        model=NudgeShown,
        title=_("Which nudges you have seen"),
        activity="forum.talk",
        of=lambda member: NudgeShown.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="forum/nudges",
        export=("id", "thread_id", "nudge", "shown_at"),
        retention=(
            Retention(
                code="forum.nudges",
                what=_("Which nudges you have seen while writing"),
                keep=NUDGES_KEPT,
                then=_("forgotten; the same one may come once more in that thread"),
                why=_("So that none comes twice while a talk goes on."),
                due=lambda before: NudgeShown.objects.filter(shown_at__lt=before),
            ),
        ),
    ),
    Holding(
        model=PostRevision,
        title=_("Earlier versions of what you wrote"),
        activity="forum.talk",
        of=lambda member: PostRevision.objects.filter(
            Q(replaced_by=member) | Q(post__in=leaving.posts_of(member).values("pk"))
        ),
        personal={"replaced_by": "pd:Username", "source": "pd:Communication", "content_note": "pd:Communication"},
        file="content/earlier-versions",
        export=("id", "post_id", "source", "content_note", "replaced_at"),
        erase=REVISIONS,
        order=20,
        held_with="forum.Post",
    ),
    Holding(
        model=Thread,
        title=_("Threads that you began or spoke last in"),
        activity="forum.talk",
        of=leaving.threads_of,
        personal={
            "author": "pd:Username",
            "unclaimed_author": "pd:Name",
            "last_author": "pd:Username",
            "last_unclaimed_author": "pd:Name",
            "title": "pd:Communication",
        },
        file="content/threads",
        export=("id", "title", "category__name", "created_at", "last_post_at"),
        erase=THREADS,
        order=20,
        held_with="forum.Post",
    ),
    Holding(
        model=ThreadChange,
        title=_("What you did as a moderator"),
        activity="moderation.case_handling",
        of=lambda member: ThreadChange.objects.filter(by=member),
        personal={"by": "pd:Username", "reason": "pd:Communication"},
        plain={"detail": "an earlier title or the name of a room; it goes with the post whose title it was"},
        file="moderation/what-i-did",
        export=("id", "thread_id", "change", "reason", "detail", "happened_at"),
        erase=MODERATING,
        order=20,
    ),
    Holding(
        model=Summary,
        title=_("Summaries of threads that you wrote last"),
        activity="forum.talk",
        of=lambda member: Summary.objects.filter(author=member),
        personal={"author": "pd:Username", "source": "pd:Communication", "html": "pd:Communication"},
        plain={
            "content_note": "never filled",
            "language": "never filled",
            "submission": "never filled",
        },
        file="content/summaries",
        export=("id", "thread_id", "source", "html", "created_at", "edited_at"),
        erase=SUMMARIES,
        order=15,
    ),
    Holding(
        model=SummaryRevision,
        title=_("Earlier summaries of threads that you wrote or changed"),
        activity="forum.talk",
        of=lambda member: SummaryRevision.objects.filter(Q(author=member) | Q(replaced_by=member)),
        personal={"author": "pd:Username", "replaced_by": "pd:Username", "source": "pd:Communication"},
        plain={"content_note": "never filled"},
        file="content/summaries-before",
        export=("id", "summary__thread_id", "source", "replaced_at"),
        erase=SUMMARIES_BEFORE,
        order=15,
    ),
    Holding(
        model=Bookmark,
        title=_("Your bookmarks"),
        activity="forum.talk",
        of=lambda member: Bookmark.objects.filter(member=member),
        personal={"member": "pd:Username", "note": "pd:Communication"},
        file="content/bookmarks",
        export=("id", "post_id", "post__thread__title", "note", "remind_at", "created_at"),
    ),
    Holding(
        model=CaughtUp,
        title=_("Up to when you called everything read"),
        activity="forum.talk",
        of=lambda member: CaughtUp.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="forum/caught-up",
        export=("id", "category__name", "until"),
    ),
    Holding(
        model=Visit,
        title=_("How far you have read"),
        activity="forum.talk",
        of=lambda member: Visit.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="content/visits",
        export=("thread_id", "seen_number", "current_number", "visited_at"),
    ),
    Holding(
        model=Draft,
        title=_("Your drafts"),
        activity="forum.talk",
        of=lambda member: Draft.objects.filter(member=member),
        personal={
            "member": "pd:Username",
            "label": "pd:Communication",
            "title": "pd:Communication",
            "source": "pd:Communication",
            "heard": "pd:Communication",
            "content_note": "pd:Communication",
            "language": "pd:Language",
        },
        plain={"place": "which form it was typed in", "path": "the address of that form"},
        file="content/drafts",
        export=("id", "label", "title", "source", "heard", "content_note", "language", "path", "saved_at"),
        retention=(
            Retention(
                code="forum.drafts",
                what=_("Drafts"),
                keep=DRAFT_LIFETIME,
                then=_("deleted, when nobody has touched them for so long"),
                why=_("They are for you to finish; after half a year they are forgotten."),
                due=lambda before: Draft.objects.filter(saved_at__lt=before),
                forget=lambda before: actions.forget_drafts(saved_before=before),
            ),
        ),
    ),
    Holding(
        model=MailedPost,
        title=_("Posts of yours that came by mail"),
        activity="forum.talk",
        of=lambda member: MailedPost.objects.filter(post__author=member),
        personal={"message_id": "pd:Identifier"},
        file="content/by-mail",
        export=("post_id", "message_id"),
        order=-10,
    ),
    Holding(
        model=CategoryUserPermission,
        title=_("Rooms that were opened to you or that you look after"),
        activity="account.core",
        of=lambda member: CategoryUserPermission.objects.filter(user=member),
        personal={"user": "pd:Username"},
        file="account/rooms",
        export=("id", "content_object__name", "permission__codename"),
    ),
)

tells_of_nobody("forum.ThreadSubject", reason="which event a thread is about")
tells_of_nobody("forum.Mirror", reason="an old list that is copied into a room")
tells_of_nobody("forum.Category", reason="a room: its name and what it is for")
tells_of_nobody("forum.CategoryGroupPermission", reason="what a group may do, not who is in it")
tells_of_nobody(
    "forum.ImportedMessage", reason="a one-way fingerprint of a letter, so that an erased one never comes back"
)
