"""What trust holds about people."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.holdings import Erase, Holding, Retention, declare
from members.trust import actions, queries
from members.trust.enums import KEEP_ACCESSES, KEEP_TELLINGS, REMOVED_WITHIN, TAKE_BACK_WITHIN
from members.trust.models import (
    DataAccess,
    DataAccessView,
    Participation,
    Removal,
    RoleGrant,
    StandingChange,
    Telling,
    Vouch,
)

WORDS = {"reason": "pd:Communication", "end_reason": "pd:Communication"}
WHY_COUNTED = _("So that newcomers become members by taking part.")
WHY_WITNESSED = _("So that you can read who looked at your data, and others can check it.")

declare(
    Holding(
        model=Participation,
        title=_("On which days you wrote how many posts, while you were new"),
        activity="security.abuse_detection",
        of=lambda member: Participation.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="trust/taking-part",
        export=("id", "day", "post_count"),
        retention=(
            Retention(
                code="trust.taking_part",
                what=_("What was counted while somebody was new, once they are a member"),
                keep=TAKE_BACK_WITHIN,
                then=_("deleted"),
                why=WHY_COUNTED,
            ),
        ),
    ),
    Holding(
        model=Removal,
        title=_("Posts of yours that a moderator removed while you were new"),
        activity="security.abuse_detection",
        of=lambda member: Removal.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="trust/removals",
        export=("id", "post", "removed_at"),
        retention=(
            Retention(
                code="trust.removals",
                what=_("That a moderator removed a post of somebody new"),
                keep=REMOVED_WITHIN,
                then=_("deleted"),
                why=WHY_COUNTED,
            ),
        ),
    ),
    Holding(
        model=Vouch,
        title=_("Who vouched for you, and for whom you vouched"),
        activity="account.core",
        of=lambda member: Vouch.objects.filter(Q(voucher=member) | Q(newcomer=member)),
        personal={"voucher": "pd:Username", "newcomer": "pd:Username"},
        file="trust/vouches",
        export=("id", "voucher__username", "newcomer__username", "vouched_at", "taken_back_at"),
    ),
    Holding(
        model=StandingChange,
        title=_("How you became a member, and other changes of your standing"),
        activity="account.core",
        of=lambda member: StandingChange.objects.filter(member=member),
        personal={"member": "pd:Username", "by": "pd:Username"},
        file="trust/standing",
        export=("id", "before", "after", "why", "happened_at"),
        erase=Erase(
            run=lambda leaver: actions.forget_changes(member=leaver.member),
            left=lambda leaver: queries.traces_of(leaver.member, StandingChange, "member", "by"),
        ),
    ),
    Holding(
        model=RoleGrant,
        title=_("Your roles: why, since when, until when"),
        activity="account.core",
        of=lambda member: RoleGrant.objects.filter(member=member),
        personal={"member": "pd:Username", **WORDS, **dict.fromkeys(queries.GIVERS, "pd:Username")},
        file="trust/roles",
        export=("id", "role", "reason", "granted_at", "accepted_at", "until", "ended_at", "end_reason"),
        erase=Erase(
            run=lambda leaver: actions.forget_grants(member=leaver.member),
            left=lambda leaver: queries.traces_of(leaver.member, RoleGrant, "member", *queries.GIVERS),
        ),
    ),
    Holding(
        model=DataAccess,
        title=_("Who asked to look at your data, and why"),
        activity="moderation.case_handling",
        of=lambda member: DataAccess.objects.filter(about=member),
        personal={
            "about": "pd:Username",
            "reason": "pd:Communication",
            "review": "pd:Communication",
            **dict.fromkeys(queries.WITNESSES, "pd:Username"),
        },
        file="trust/looks-at-data",
        export=("id", "scope", "reason", "asked_at", "confirmed_at", "opened_at", "until", "is_emergency", "review"),
        erase=Erase(
            run=lambda leaver: actions.forget_accesses(member=leaver.member),
            left=lambda leaver: queries.traces_of(leaver.member, DataAccess, "about", *queries.WITNESSES),
        ),
        order=5,
        retention=(
            Retention(
                code="trust.looks_at_data",
                what=_("Who looked at whose data, why and when"),
                keep=KEEP_ACCESSES,
                then=_("deleted, unless an emergency still waits for its review"),
                why=WHY_WITNESSED,
            ),
        ),
    ),
    Holding(
        model=DataAccessView,
        title=_("When your data was read"),
        activity="moderation.case_handling",
        of=lambda member: DataAccessView.objects.filter(access__about=member),
        personal={"access": "pd:Username"},
        plain={"fields": "names of fields, never what stood in them"},
        file="trust/readings",
        export=("id", "access", "fields", "viewed_at"),
    ),
    Holding(
        model=Telling,
        title=_("What you were told on your next page"),
        activity="account.core",
        of=lambda member: Telling.objects.filter(member=member),
        personal={"member": "pd:Username", "about": "pd:Name"},
        file="trust/tellings",
        export=("id", "happening", "about", "happened_at", "told_at"),
        erase=Erase(
            run=lambda leaver: actions.forget_tellings(member=leaver.member),
            left=lambda leaver: queries.traces_of(leaver.member, Telling, "member"),
        ),
        retention=(
            Retention(
                code="trust.tellings",
                what=_("What members were told on their next page"),
                keep=KEEP_TELLINGS,
                then=_("deleted"),
                why=_("Until everybody concerned has had time to come by."),
            ),
        ),
    ),
)
