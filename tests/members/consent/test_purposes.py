"""Every purpose is flipped: its effect is off at the start, starts with a yes, and stops with a no, with the end of the
yes, with a material change of the words and with a pause. A purpose without an effect here fails."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from dateutil.relativedelta import relativedelta
from django.core import mail
from django.test import Client

from commons import clock
from commons.naming import people_named
from events import actions as events
from events.joining import actions as joining
from events.joining.models import Rsvp
from events.models import Occurrence
from forum import actions as forum
from forum.actions.posts import Text
from forum.models import Category
from members.consent import actions, letters
from members.consent.models import ConsentUse
from members.contact import queries as contact_queries
from members.contact import rules as contact_rules
from members.contact.models import Conversation
from members.models import Member
from members.welcome import actions as welcome
from members.welcome import queries as welcome_queries
from notifications.devices import actions as devices
from notifications.devices.actions import Subscription
from notifications.devices.models import Device
from tests.cast import sign_in
from tests.events.conftest import details
from tests.members.consent.conftest import changed_words
from tests.notifications.devices.service import uncompressed

pytestmark = pytest.mark.django_db

WORDS = "A secret about soup"
PUSH_KEY = ec.generate_private_key(ec.SECP256R1())
EFFECTS: dict[str, Callable[["World"], bool]] = {}


class World:
    """Ada, whose consent is asked about, and Cleo, who meets her."""

    def __init__(self, ada: Member, cleo: Member) -> None:
        self.ada_pk, self.cleo_pk = ada.pk, cleo.pk
        self.date = 0
        table = Category.objects.create(slug="table", name="The table", visibility="public")
        self.post = forum.start_thread(category=table, by=ada, title="Soup", text=Text(WORDS), now=clock.now())
        welcome.begin(member=ada, now=clock.now())
        welcome.begin(member=cleo, now=clock.now())
        first, second = sorted((ada, cleo), key=lambda member: member.pk)
        self.talk = Conversation.objects.create(
            first=first, second=second, opened_at=clock.now(), last_message_at=clock.now()
        )

    @property
    def ada(self) -> Member:
        return Member.objects.get(pk=self.ada_pk)

    @property
    def cleo(self) -> Member:
        return Member.objects.get(pk=self.cleo_pk)

    def page(self, address: str, *, visitor: bool = False) -> str:
        client = Client()
        if not visitor:
            sign_in(client, self.cleo)
        answer = client.get(address, follow=True)
        return answer.content.decode() if answer.status_code == 200 else ""


def effect(purpose: str) -> Callable[[Callable[[World], bool]], Callable[[World], bool]]:
    def note(test: Callable[[World], bool]) -> Callable[[World], bool]:
        EFFECTS[purpose] = test
        return test

    return note


@effect("content.public")
def visitors_read_the_post(world: World) -> bool:
    return WORDS in world.page(world.post.get_absolute_url(), visitor=True)


@effect("content.search_index")
def search_engines_may_list_the_page(world: World) -> bool:
    say(world, "content.public", yes=True)
    return "noindex" not in world.page(world.post.get_absolute_url(), visitor=True)


@effect("content.quote_outside")
def members_get_the_words_to_quote(world: World) -> bool:
    return WORDS in world.page(f"/forum/posts/{world.post.pk}/cite/")


@effect("contact.mention")
def a_mention_is_a_link(world: World) -> bool:
    return "ada" in people_named(["ada"], author=world.cleo_pk)


@effect("contact.requests")
def somebody_can_ask(world: World) -> bool:
    return "<textarea" in world.page("/people/ada/ask/")


@effect("contact.messages")
def the_two_can_write(world: World) -> bool:
    now, scope = clock.now(), world.talk.scope
    actions.answer(member=world.cleo, purpose="contact.messages", yes=True, surface="test", now=now, scope=scope)
    talk = contact_queries.conversation(world.talk.pk, reader=world.ada)
    return bool(contact_rules.can_write(world.ada, talk, other=world.cleo, is_blocked=False, now=now))


@effect("events.attendance")
def who_comes_too_sees_it(world: World) -> bool:
    date = Occurrence.objects.with_event().filter(pk=world.date).first() or _evening(world)
    return "Ada" in world.page(f"/events/{date.event_id}/dates/{date.key}/people/")


def _evening(world: World) -> Occurrence:
    """Cleo and Ada come to it; Ada has ticked that the others may see her, which counts while her yes stands."""
    event = events.prepare(
        by=world.cleo, details=details(first_date=clock.now().date() + timedelta(days=900)), now=clock.now()
    )
    events.publish(event=event, now=clock.now())
    date = Occurrence.objects.with_event().get(event=event)
    for member in (world.cleo, world.ada):
        joining.reply(occurrence=date, by=member, said=joining.Reply(), now=clock.now())
    Rsvp.objects.filter(member=world.ada).update(is_seen=True)
    world.date = date.pk
    return date


@effect("welcome.buddy")
def a_welcomer_is_found(world: World) -> bool:
    say(world, "welcome.volunteer", yes=True, who=world.cleo)
    return is_paired(world, newcomer=world.ada)


@effect("welcome.volunteer")
def newcomers_are_given_to_ada(world: World) -> bool:
    say(world, "welcome.buddy", yes=True, who=world.cleo)
    return is_paired(world, newcomer=world.cleo)


@effect("email.welcome")
def a_letter_about_welcoming_is_sent(world: World) -> bool:
    return is_sent(world, "welcome_letter")


@effect("email.messages")
def a_letter_about_a_message_is_sent(world: World) -> bool:
    return is_sent(world, "message_letter")


@effect("email.replies")
def a_letter_about_an_answer_is_sent(world: World) -> bool:
    return is_sent(world, "notice_letter")


@effect("email.digest")
def a_digest_is_sent(world: World) -> bool:
    return is_sent(world, "digest_letter")


@effect("email.list")
def a_post_is_sent(world: World) -> bool:
    return is_sent(world, "list_letter")


@effect("push.notify")
def a_device_rings(world: World) -> bool:
    Client().get("/about/")  # what the answers before set going
    if not Device.objects.exists():
        where = Subscription("https://127.0.0.1/nobody", uncompressed(PUSH_KEY.public_key()), bytes(16))
        devices.add(member=world.ada, subscription=where, name="Phone", now=clock.now())
    devices.ask_for_test(device=Device.objects.get(), now=clock.now())
    Client().get("/about/")
    return not Device.objects.exists()  # it was asked, and led into our own network


def is_paired(world: World, *, newcomer: Member) -> bool:
    Client().get("/about/")  # what the answers before set going
    welcome.pair(newcomer=newcomer, now=clock.now())
    return welcome_queries.pairing_of(newcomer, now=clock.now()) is not None


def is_sent(world: World, sink: str) -> bool:
    mail.outbox.clear()
    context = {"name": world.cleo}
    letters.send(world.ada, sink, "contact/email/requested.txt", context=context, now=clock.now())
    return len(mail.outbox) == 1


def scope_of(world: World, purpose: str) -> str:
    return world.talk.scope if purpose == "contact.messages" else ""


def say(world: World, purpose: str, *, yes: bool, who: Member | None = None) -> None:
    actions.answer(
        member=who or world.ada,
        purpose=purpose,
        yes=yes,
        surface="test",
        now=clock.now(),
        scope=scope_of(world, purpose),
    )


@pytest.fixture
def world(ada: Member, cleo: Member) -> World:
    return World(ada, cleo)


@pytest.mark.parametrize("purpose", EFFECTS)
def test_off_at_the_start_on_with_a_yes_off_with_a_no(world: World, purpose: str) -> None:
    is_on = EFFECTS[purpose]

    assert not is_on(world)
    say(world, purpose, yes=True)
    assert is_on(world)
    assert ConsentUse.objects.filter(member=world.ada_pk, purpose_code=purpose).exists() or purpose in LEAVES_NO_LINE
    say(world, purpose, yes=False)
    assert not is_on(world)
    say(world, purpose, yes=True)
    assert is_on(world)


LEAVES_NO_LINE = {"contact.mention", "contact.requests", "contact.messages"}
"""Their lines are left by the act itself, which the tests of contact and of mentions see."""


@pytest.mark.parametrize("purpose", EFFECTS)
def test_it_stops_when_the_time_of_the_yes_is_over(world: World, purpose: str) -> None:
    say(world, purpose, yes=True)
    assert EFFECTS[purpose](world)
    with time_machine.travel(clock.now() + relativedelta(months=24, days=1), tick=False):
        assert not EFFECTS[purpose](world)


@pytest.mark.parametrize("purpose", EFFECTS)
def test_it_stops_when_the_words_change_materially(world: World, purpose: str) -> None:
    say(world, purpose, yes=True)
    with changed_words(purpose, material=True, now=clock.now()):
        assert not EFFECTS[purpose](world)


@pytest.mark.parametrize("purpose", EFFECTS)
def test_it_stops_while_the_use_of_data_is_paused(world: World, purpose: str) -> None:
    say(world, purpose, yes=True)
    actions.restrict(member=world.ada, now=clock.now())
    assert not EFFECTS[purpose](world)
    actions.lift_restriction(member=world.ada)
    assert EFFECTS[purpose](world)
