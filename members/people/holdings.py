"""What the people's pages hold about people."""

from collections.abc import Iterable
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.files.storage import Stored
from commons.holdings import Activity, Erase, Holding, Leaver, declare, tells_of_nobody
from members.people import actions, sealing
from members.people.actions.pictures import FOLDER
from members.people.models import AccessHost, AccessNeeds, Chosen, MemberTopic, Picture, Profile, Thanks


def picture_files(member: Any) -> Iterable[tuple[str, Stored]]:
    names = Picture.objects.filter(member=member).values_list("name", flat=True)
    return [(f"picture/{name}", Stored(path)) for name in names if default_storage.exists(path := f"{FOLDER}/{name}")]


def forget_topics(leaver: Leaver) -> None:
    actions.forget_topics(member=leaver.member)


def forget_picture(leaver: Leaver) -> None:
    actions.forget_picture(member_id=leaver.member.pk, saved_before=None)


declare(
    Activity(
        code="people",
        title=_("Let members find and know each other"),
        why=_("To show what somebody tells about themselves, to those they chose."),
        basis=_("your consent (GDPR Art. 6(1)(a)); for access needs your explicit consent (Art. 9(2)(a))"),
        recipients=_("the people you chose for each thing"),
    ),
    Holding(
        model=Profile,
        title=_("What you tell about yourself"),
        activity="people",
        of=lambda member: Profile.objects.filter(member=member),
        personal={
            "member": "pd:Username",
            "about": "pd:Profile",
            "pronouns": "pd:Profile",
            "area": "pd:Location",
            "languages": "pd:Language",
        },
        file="people/profile",
        export=("about", "pronouns", "area", "languages"),
    ),
    Holding(
        model=MemberTopic,
        title=_("What you can share, would like to learn, and are interested in"),
        activity="people",
        of=lambda member: MemberTopic.objects.filter(member=member),
        personal={"member": "pd:Username"},
        file="people/topics",
        export=("id", "kind", "topic__name"),
        erase=Erase(run=forget_topics, left=lambda leaver: MemberTopic.objects.filter(member=leaver.member).count()),
    ),
    Holding(
        model=Chosen,
        title=_("Whom you chose to meet"),
        activity="people",
        of=lambda member: Chosen.objects.filter(member=member),
        personal={"member": "pd:Username", "other": "pd:Username"},
        file="people/chosen",
        export=("id", "other__display_name"),
    ),
    Holding(
        model=Thanks,
        title=_("Thanks that you gave or were given"),
        activity="people",
        of=lambda member: Thanks.objects.filter(Q(giver=member) | Q(receiver=member)),
        personal={"giver": "pd:Username", "receiver": "pd:Username", "words": "pd:Communication"},
        plain={"submission": "a random key of one form", "about": "the key of the post that it is for"},
        file="people/thanks",
        export=("id", "giver__display_name", "receiver__display_name", "words", "is_public", "about", "created_at"),
    ),
    Holding(
        model=AccessHost,
        title=_("Who may read your access needs, and whose you may read"),
        activity="people",
        of=lambda member: AccessHost.objects.filter(Q(host=member) | Q(needs__member=member)),
        personal={"host": "pd:Username"},
        file="people/access-hosts",
        export=("id", "host__display_name", "needs__member__display_name"),
    ),
    Holding(
        model=AccessNeeds,
        title=_("Your access needs"),
        activity="people",
        of=lambda member: AccessNeeds.objects.filter(member=member),
        personal={"member": "pd:Username", "sealed": "pd:Disability"},
        file="people/access-needs",
        export=("sealed", "saved_at"),
        reads={"sealed": sealing.unseal},
        order=5,
    ),
    Holding(
        model=Picture,
        title=_("Your picture"),
        activity="people",
        of=lambda member: Picture.objects.filter(member=member),
        personal={"member": "pd:Username"},
        plain={"name": "a random name of a file"},
        file="people/picture",
        export=("name", "saved_at"),
        media=picture_files,
        erase=Erase(run=forget_picture, left=lambda leaver: Picture.objects.filter(member=leaver.member).count()),
    ),
)
tells_of_nobody("people.Topic", reason="words for skills and interests; those that only one person used go with them")
