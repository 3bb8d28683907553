"""The catalogue: every purpose that needs a yes, in the words that a person agrees to.

Each code switches a gate in the software. To change a text, raise its version; to change what is
done with the data, raise the version and mark the change as material, so that processing stops
until each person has renewed their yes. `members.consent.publishing` writes new versions to the
database when migrations run.
"""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.consent.enums import Group, ScopeKind


@dataclass(frozen=True)
class Purpose:
    """`notice` and `easy_read` are what is agreed to; the rest says it in the terms of DPV 2.3."""

    code: str
    group: Group
    title: Promise
    notice: str
    easy_read: str
    personal_data: tuple[str, ...]
    dpv_purpose: str
    processing: tuple[str, ...] = ("dpv:Use",)
    recipients: tuple[str, ...] = ("commons:members",)
    version: int = 1
    is_material: bool = True
    is_special: bool = False
    scope_kind: ScopeKind = ScopeKind.SITE
    retention: str = "until you take your yes back"
    change_summary: str = field(default="First version.")


COMMUNITY, PUBLIC, NOBODY_ELSE = ("commons:members",), ("commons:members", "commons:public"), ("commons:controller",)
SHOW = ("dpv:Use", "dpv:MakeAvailable")

CATALOGUE = (
    Purpose(
        code="profile.directory",
        group=Group.SEEN,
        title=_("List me among the people here"),
        notice=(
            "Members can find you in the list of people and by searching it. They see your name and what you "
            "chose to show them. Visitors see nothing. If you say no, you take part like everybody else, but "
            "you are not in the list."
        ),
        easy_read="Members can find your name in a list. Visitors cannot.",
        personal_data=("pd:Name", "pd:Username"),
        dpv_purpose="dpv:MemberPartnerManagement",
        processing=SHOW,
    ),
    Purpose(
        code="profile.public",
        group=Group.SEEN,
        title=_("Let everyone open my page"),
        notice=(
            "People who are not members can open your page and see your name and what you show to everyone. "
            "Search engines are asked to stay away. If you say no, your page does not exist for visitors."
        ),
        easy_read="Everyone can open your page, not only members.",
        personal_data=("pd:Name", "pd:Username"),
        dpv_purpose="dpv:MemberPartnerManagement",
        processing=SHOW,
        recipients=PUBLIC,
    ),
    Purpose(
        code="profile.details",
        group=Group.SEEN,
        title=_("Show what I tell about myself"),
        notice=(
            "What you wrote about yourself, your skills, what you would like to learn, your interests and your "
            "languages are shown to the people you chose for each of them. If you say no, only you see them."
        ),
        easy_read="People see what you wrote about yourself. You choose who.",
        personal_data=("pd:Professional", "pd:Interest", "pd:Language"),
        dpv_purpose="dpv:MemberPartnerManagement",
        processing=SHOW,
    ),
    Purpose(
        code="profile.photo",
        group=Group.SEEN,
        title=_("Show my picture"),
        notice=(
            "The picture you give is shown beside your name to members. If you say no, or take your yes back, "
            "the picture is deleted and your initials are shown."
        ),
        easy_read="Members see your picture. If you say no, we delete it.",
        personal_data=("pd:Picture",),
        dpv_purpose="dpv:MemberPartnerManagement",
        processing=SHOW,
    ),
    Purpose(
        code="location.area",
        group=Group.SEEN,
        title=_("Show roughly where I am"),
        notice=(
            "The place that you typed, such as a town or a region, is shown to the people you chose, and they "
            "can look for people near it. Nothing is measured: no maps, no tracking. If you say no, only you "
            "see it."
        ),
        easy_read="People see the town you typed. We never track you.",
        personal_data=("pd:Location",),
        dpv_purpose="dpv:MemberPartnerManagement",
        processing=SHOW,
    ),
    Purpose(
        code="thanks.public",
        group=Group.SEEN,
        title=_("Show the thanks I was given"),
        notice=(
            "Words of thanks that somebody gave you in public are shown on your page. They are never counted or "
            "compared. If you say no, only you and the person who thanked you see them."
        ),
        easy_read="People can read who thanked you, and for what.",
        personal_data=("pd:SocialStatus",),
        dpv_purpose="dpv:MemberPartnerManagement",
        processing=SHOW,
    ),
    Purpose(
        code="events.attendance",
        group=Group.SEEN,
        title=_("Show me to those who come too"),
        notice=(
            "Where you join an event and say so there, the others who come to it can read your name in the list of "
            "those who come. Nobody else can, and no feed or other server gets it. If you say no, you come like "
            "everybody else, and only the hosts know."
        ),
        easy_read="People who come to the same event can see that you come. You choose for each event.",
        personal_data=("pd:Name", "pd:Username"),
        dpv_purpose="dpv:MemberPartnerManagement",
        processing=SHOW,
    ),
    Purpose(
        code="content.public",
        group=Group.WORDS,
        title=_("Let visitors read my posts"),
        notice=(
            "What you write in public categories can be read without signing in, and is part of their feeds. "
            "If you say no, members still read it, and visitors see that a post is there, but not your name "
            "or your words."
        ),
        easy_read="Everyone can read what you write in public places. If you say no, only members can.",
        personal_data=("pd:Name", "pd:Opinion"),
        dpv_purpose="dpv:MemberPartnerManagement",
        processing=SHOW,
        recipients=PUBLIC,
    ),
    Purpose(
        code="content.search_index",
        group=Group.WORDS,
        title=_("Let search engines list my public posts"),
        notice=(
            "Search engines may list pages with your public posts. A page is listed only if everybody who "
            "wrote on it said yes. After a no, engines forget the page in their own time."
        ),
        easy_read="Search engines may find what you write in public places.",
        personal_data=("pd:Name", "pd:Opinion"),
        dpv_purpose="dpv:MemberPartnerManagement",
        processing=SHOW,
        recipients=PUBLIC,
    ),
    Purpose(
        code="content.quote_outside",
        group=Group.WORDS,
        title=_("Let members quote me elsewhere"),
        notice=(
            "Members may quote what you wrote outside this site, with your name; the site gives them the words and "
            "how to name you. If you say no, it tells them to ask you first."
        ),
        easy_read="Members may show your words in other places, with your name.",
        personal_data=("pd:Name", "pd:Opinion"),
        dpv_purpose="dpv:MemberPartnerManagement",
        processing=SHOW,
        recipients=PUBLIC,
    ),
    Purpose(
        code="contact.mention",
        group=Group.REACHED,
        title=_("Let members mention me"),
        notice=(
            "When a member writes @ and your username, it becomes a link to your page and you can be told of it. "
            "If you say no, it stays plain text, and whoever wrote it is not told why."
        ),
        easy_read="Members can call you with @ and your name.",
        personal_data=("pd:Username",),
        dpv_purpose="dpv:CommunicationManagement",
    ),
    Purpose(
        code="contact.requests",
        group=Group.REACHED,
        title=_("Let members ask to write to me"),
        notice=(
            "A member may send you one short request to talk. You see who asks and why, and answer or don't; "
            "nobody learns that you said no. If you say no here, nobody can ask."
        ),
        easy_read="Members may ask if they can write to you. You decide each time.",
        personal_data=("pd:Name", "pd:Username"),
        dpv_purpose="dpv:CommunicationManagement",
    ),
    Purpose(
        code="contact.messages",
        group=Group.REACHED,
        title=_("Write with one person"),
        notice=(
            "You and this person can write to each other. Either of you can close the conversation at any time, "
            "without a reason. Nobody else reads it."
        ),
        easy_read="You two can write to each other. You can stop at any time.",
        personal_data=("pd:Name", "pd:Communication"),
        dpv_purpose="dpv:CommunicationManagement",
        scope_kind=ScopeKind.PAIR,
    ),
    Purpose(
        code="welcome.buddy",
        group=Group.WELCOME,
        title=_("Give me a welcomer"),
        notice=(
            "One member who volunteered to welcome newcomers is told your name and sees your Hello post and the "
            "step you chose. They say hello and answer your questions for your first two months. You can "
            "change or end it without a reason."
        ),
        easy_read="One friendly member helps you at the start. You can stop it.",
        personal_data=("pd:Name",),
        dpv_purpose="dpv:MemberPartnerManagement",
    ),
    Purpose(
        code="welcome.volunteer",
        group=Group.WELCOME,
        title=_("I welcome newcomers"),
        notice=(
            "You are on the rota of welcomers. At most three newcomers at a time are told your name, and you are "
            "asked to say hello to each. Take your yes back whenever you need a rest."
        ),
        easy_read="You say hello to new people. Never more than three. You can stop.",
        personal_data=("pd:Name",),
        dpv_purpose="dpv:MemberPartnerManagement",
    ),
    Purpose(
        code="email.welcome",
        group=Group.MAIL,
        title=_("Letters about welcoming"),
        notice=(
            "We write to you after two days, a week and a month to ask how it goes; welcomers get a letter when a "
            "newcomer waits for them. Each letter has a link that ends this."
        ),
        easy_read="We send a few letters in your first month.",
        personal_data=("pd:EmailAddress",),
        dpv_purpose="dpv:CommunicationManagement",
        recipients=NOBODY_ELSE,
    ),
    Purpose(
        code="email.messages",
        group=Group.MAIL,
        title=_("Letters when somebody writes to me"),
        notice=(
            "We send you a letter when somebody asks to write to you or writes to you. It names them and links "
            "here; what they wrote stays here. Each letter has a link that ends this."
        ),
        easy_read="We send an e-mail when somebody writes to you.",
        personal_data=("pd:EmailAddress",),
        dpv_purpose="dpv:CommunicationManagement",
        recipients=NOBODY_ELSE,
    ),
    Purpose(
        code="email.replies",
        group=Group.MAIL,
        title=_("Letters about what happens here"),
        notice=(
            "We write to you when somebody answers or mentions you, and about what you follow, as you choose under "
            "“How you are told”. We wait ten minutes first, in case you read it here. Each letter has a link that "
            "ends this."
        ),
        easy_read="We send an e-mail when somebody answers you. You choose how often.",
        personal_data=("pd:EmailAddress",),
        dpv_purpose="dpv:CommunicationManagement",
        recipients=NOBODY_ELSE,
    ),
    Purpose(
        code="email.digest",
        group=Group.MAIL,
        title=_("A digest by mail"),
        notice=(
            "On the days that you choose we send you one letter about what you have not read here: what needs you "
            "first, then what you follow. It says what it left out. Each letter has a link that ends this."
        ),
        easy_read="We send one e-mail with all the news. You choose the days.",
        personal_data=("pd:EmailAddress",),
        dpv_purpose="dpv:CommunicationManagement",
        recipients=NOBODY_ELSE,
    ),
    Purpose(
        code="email.list",
        group=Group.MAIL,
        title=_("Rooms that I read by mail"),
        notice=(
            "Of the rooms for which you chose “Every post by mail”, each post comes to you as a letter, like on a "
            "mailing list. Each letter has a link that ends this."
        ),
        easy_read="We send you every post of the rooms you choose.",
        personal_data=("pd:EmailAddress",),
        dpv_purpose="dpv:CommunicationManagement",
        recipients=NOBODY_ELSE,
    ),
    Purpose(
        code="push.notify",
        group=Group.REACHED,
        title=_("Tell me on my devices"),
        notice=(
            "A browser that you add can tell you when something waits for you here, while this site is closed too. For "
            "that we keep an address of that browser and its keys. The message goes through the push service of the "
            "browser's maker, such as Mozilla, Google, Apple or Microsoft, perhaps outside your country: it sees that "
            "we tell you something, when, and how long it is. It cannot read what. If you take your yes back, we "
            "forget your browsers."
        ),
        easy_read="Your phone or computer can ring when there is something new. The maker of your browser sees that it "
        "rings, but not why.",
        personal_data=("pd:DeviceBased",),
        dpv_purpose="dpv:CommunicationManagement",
        processing=("dpv:Store", "dpv:Transmit"),
        recipients=("commons:push-service-of-the-browser",),
    ),
    Purpose(
        code="special.access_needs",
        group=Group.SENSITIVE,
        title=_("Keep my access needs"),
        notice=(
            "What you need to take part, such as step-free rooms or large print, can tell about your health. We "
            "keep it encrypted and show it only to the hosts you choose. If you say no, or take your yes back, "
            "it is deleted."
        ),
        easy_read="We keep what you need to take part. Only people you choose see it. If you say no, we delete it.",
        personal_data=("pd:Disability",),
        dpv_purpose="dpv:ServiceProvision",
        processing=("dpv:Store", "dpv:MakeAvailable"),
        is_special=True,
    ),
)

PURPOSES = {purpose.code: purpose for purpose in CATALOGUE}
