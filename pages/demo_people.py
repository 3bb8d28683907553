"""What the people of the demo tell about themselves, and whom they thank."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from members.consent import actions as consent
from members.models import Member
from members.people import actions
from members.people.enums import Kind, Visibility

LISTED = ("profile.directory", "profile.details", "location.area", "thanks.public")


@dataclass(frozen=True)
class Tells:
    about: str = ""
    pronouns: str = ""
    area: str = ""
    languages: tuple[str, ...] = ("en",)
    can_share: tuple[str, ...] = ()
    would_learn: tuple[str, ...] = ()
    interested: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    """Purposes that they said yes to on top of those that everybody here did."""


TELLING = {
    "ana": Tells(
        about="I bake, I mend, and I have a van on Thursdays.\nAsk me about sourdough, not about spreadsheets.",
        pronouns="she/her",
        area="Porto",
        languages=("pt", "en", "es"),
        can_share=("Cooking for many", "Sewing and mending", "Translation"),
        would_learn=("Book-keeping", "Woodwork"),
        interested=("Food growing", "Housing"),
        also=("profile.public",),
    ),
    "olu": Tells(
        about="Organiser by accident, facilitator by practice. I keep the minutes short.",
        pronouns="he/him",
        area="Leeds",
        languages=("en", "fr"),
        can_share=("Facilitation", "Fundraising", "Events"),
        would_learn=("Sign language",),
        interested=("Co-operative law", "Energy"),
    ),
    "mirela": Tells(
        about="Moderator. Write to me when a thread hurts.",
        area="Cluj-Napoca",
        languages=("ro", "hu", "en"),
        can_share=("Mediation", "Listening", "Teaching"),
        interested=("Accessibility",),
    ),
    "jule": Tells(
        pronouns="they/them",
        area="Leipzig",
        languages=("de", "en"),
        can_share=("Programming", "Cycling and bicycles", "Accessibility"),
        would_learn=("Cooking for many", "Music"),
        interested=("Housing", "Repair cafés"),
    ),
    "tomasz": Tells(
        about="Thirty years of roofs and stairs. I like to show how.",
        area="near Gdańsk",
        languages=("pl", "de"),
        can_share=("Building and repair", "Woodwork"),
        would_learn=("Photography",),
        interested=("Energy", "Repair cafés"),
    ),
    "sinead": Tells(
        about="Translator of Irish and French; sings badly, and often.",
        pronouns="she/her",
        area="Galway",
        languages=("ga", "en", "fr"),
        can_share=("Translation", "Writing", "Music"),
        would_learn=("Food growing",),
        interested=("Care for elders",),
    ),
}

THANKS = (
    ("jule", "ana", "Forty bowls of soup, and nobody noticed how much work it was. I did."),
    ("sinead", "ana", "For mending my coat at the repair evening, and for not asking how it got torn."),
    ("ana", "olu", "For ending the long meeting with a decision and with biscuits."),
)


def tell(people: dict[str, Member], *, now: datetime) -> None:
    """Fill in their profiles, after a yes to each purpose, and let them thank each other."""
    for username, tells in TELLING.items():
        _tell(people[username], tells, now=now)
    for giver, receiver, words in THANKS:
        by, to = people[giver], people[receiver]
        actions.give_thanks(giver=by, receiver=to, words=words, is_public=True, submission=uuid4(), now=now)


def _tell(member: Member, tells: Tells, *, now: datetime) -> None:
    for purpose in (*LISTED, *tells.also):
        consent.answer(member=member, purpose=purpose, yes=True, surface="/me/consent/", now=now)
    actions.save_profile(
        member=member,
        about=tells.about,
        pronouns=tells.pronouns,
        area=tells.area,
        languages=list(tells.languages),
        about_seen_by=Visibility.EVERYONE,
        can_share_seen_by=Visibility.EVERYONE,
        pronouns_seen_by=Visibility.MEMBERS,
        area_seen_by=Visibility.MEMBERS,
        languages_seen_by=Visibility.MEMBERS,
        would_learn_seen_by=Visibility.MEMBERS,
        interested_seen_by=Visibility.MEMBERS,
    )
    topics = {Kind.CAN_SHARE: tells.can_share, Kind.WOULD_LEARN: tells.would_learn, Kind.INTERESTED: tells.interested}
    for kind, names in topics.items():
        actions.choose_topics(member=member, kind=kind, names=names)
