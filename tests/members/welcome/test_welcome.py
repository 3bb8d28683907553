"""The way in, as a newcomer, a welcomer and an organiser live it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from commons import clock
from forum import actions as forum
from forum.actions.posts import Text
from forum.models import Category, Post
from members.consent import gate
from members.consent import queries as consent
from members.enums import Standing
from members.models import Member
from members.welcome import actions, letters, queries
from members.welcome.enums import CheckInKind, Feeling
from members.welcome.models import Acceptance, Arrival, CheckIn, Hello, Invitation, Pairing, Welcome
from tests.cast import says_no, says_yes, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def porch(db: None) -> Category:
    return Category.objects.create(slug="porch", name="The porch", visibility="members", is_greeting=True)


@pytest.fixture
def volunteers(db: None) -> Callable[..., list[Member]]:
    """People who said that they like to welcome."""

    def make(count: int) -> list[Member]:
        people = [
            Member.objects.create_user(
                f"host{n}", f"host{n}@example.org", display_name=f"Host {n}", standing=Standing.MEMBER
            )
            for n in range(count)
        ]
        return [says_yes(person, "welcome.volunteer") for person in people]

    return make


@pytest.fixture
def newcomers(db: None) -> Callable[..., list[Member]]:
    """People who have just begun their welcome and would like a welcomer."""

    def make(count: int) -> list[Member]:
        people = [
            Member.objects.create_user(f"new{n}", f"new{n}@example.org", display_name=f"New {n}") for n in range(count)
        ]
        for person in people:
            actions.begin(member=person, now=clock.now())
        return [says_yes(person, "welcome.buddy") for person in people]

    return make


def work(client: Client) -> None:
    """What waits for the commits before is done with the next request."""
    client.get("/about/")


def test_a_newcomer_joins_and_goes_step_by_step_to_their_hello(client: Client, porch: Category) -> None:
    client.post("/account/signup/", {"email": "noor@example.org", "display_name": "Noor", "agreement": "on"})
    code = re.search(r"^\s*([A-Z0-9]{3,}(?:-[A-Z0-9]+)*)\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    joined = client.post("/account/confirm-email/", {"code": code}, follow=True)
    assert joined.redirect_chain[-1][0] == "/welcome/steps/agreements/"
    assert "What happens with your data" in joined.content.decode()

    client.post("/welcome/steps/agreements/", {"agree": "privacy@1"})
    client.post("/welcome/steps/choices/", {"contact_mention": "yes", "email_welcome": "no"})
    assert 'href="/me/profile/"' in client.get("/welcome/steps/about-you/").content.decode()
    client.post("/welcome/steps/about-you/")
    client.post("/welcome/steps/first-step/", {"first_step": "meet"})
    page = client.get("/welcome/steps/hello/").content.decode()
    assert 'href="/forum/porch/new/"' in page
    form = client.get("/forum/porch/new/").content.decode()
    assert "Hello from Noor" in form
    done = client.post("/welcome/steps/hello/", {}, follow=True)
    assert "Your first step: Meet" in done.content.decode()

    noor = Member.objects.get()
    assert Acceptance.objects.filter(member=noor).count() == 2
    assert gate.allows(noor, "contact.mention", now=clock.now())
    assert [str(gate.allows(noor, code, now=clock.now()).why) for code in ("email.welcome", "welcome.buddy")] == [
        "refused", "deferred",
    ]  # fmt: skip
    assert Welcome.objects.get().finished_at


def test_somebody_who_leaves_goes_on_where_they_were_on_another_device(nia: Member, as_nia: Client) -> None:
    as_nia.get("/welcome/start/")
    for code in ("conduct@1", "privacy@1"):
        as_nia.post("/welcome/steps/agreements/", {"agree": code})
    as_nia.post("/welcome/steps/choices/", {"skip": "1"})

    other = sign_in(Client(), nia)
    assert other.get("/welcome/start/").headers["Location"] == "/welcome/steps/about-you/"
    assert other.get("/welcome/steps/choices/").status_code == 200


def test_skipping_everything_leaves_everything_off(nia: Member, as_nia: Client) -> None:
    as_nia.get("/welcome/start/")
    for step in ("agreements", "choices", "about-you", "first-step", "hello"):
        assert as_nia.post(f"/welcome/steps/{step}/", {"skip": "1"}).status_code == 302

    assert not any(choice.is_yes for choice in consent.choices(nia, now=clock.now()))
    assert as_nia.get("/welcome/start/").headers["Location"] == "/welcome/"


def test_no_choice_is_made_beforehand(as_nia: Client) -> None:
    page = as_nia.get("/welcome/steps/choices/").content.decode()

    assert page.count('type="radio"') == 14
    assert not re.search(r"<input[^>]*\schecked", page)


def test_an_agreement_must_be_one_of_ours(nia: Member, as_nia: Client) -> None:
    for said in ("", "conduct@9", "conduct", "@", "nothing@1"):
        assert as_nia.post("/welcome/steps/agreements/", {"agree": said}).status_code == 302
    assert not Acceptance.objects.exists()


def test_a_changed_agreement_is_asked_about_again(nia: Member) -> None:
    for agreement in queries.to_accept(nia):
        actions.accept_agreement(member=nia, code=agreement.code, version=agreement.version, now=clock.now())
    assert queries.to_accept(nia) == []

    Acceptance.objects.filter(code="conduct").update(version=0)
    assert [agreement.code for agreement in queries.to_accept(nia)] == ["conduct"]


def test_a_yes_on_both_sides_makes_a_pair_and_a_no_ends_it(
    newcomers: Callable[..., list[Member]], volunteers: Callable[..., list[Member]], client: Client
) -> None:
    [host] = volunteers(1)
    [new] = newcomers(1)
    work(client)
    assert queries.pairing_of(new, now=clock.now()).welcomer == host

    says_no(new, "welcome.buddy")
    work(client)
    assert queries.pairing_of(new, now=clock.now()) is None
    says_yes(new, "welcome.buddy")
    work(client)
    says_no(host, "welcome.volunteer")
    work(client)
    assert queries.pairing_of(new, now=clock.now()) is None


def test_without_the_newcomers_yes_nobody_is_told(
    nia: Member, volunteers: Callable[..., list[Member]], client: Client
) -> None:
    volunteers(1)
    actions.begin(member=nia, now=clock.now())

    assert actions.pair(newcomer=nia, now=clock.now()) is None
    assert actions.pair_all(now=clock.now()) == 0


def test_a_welcomer_has_at_most_three_and_the_work_is_shared(
    newcomers: Callable[..., list[Member]], volunteers: Callable[..., list[Member]], client: Client
) -> None:
    volunteers(2)
    newcomers(7)
    work(client)

    load = [Pairing.objects.filter(welcomer__username=f"host{n}", ended_at=None).count() for n in range(2)]
    assert load == [3, 3]
    assert queries.unpaired(now=clock.now()).count() == 1


def test_the_database_itself_allows_no_fourth(ada: Member, newcomers: Callable[..., list[Member]]) -> None:
    people = newcomers(4)
    for slot, person in enumerate(people[:3], 1):
        Pairing.objects.create(newcomer=person, welcomer=ada, slot=slot, made_at=clock.now())

    for slot in (1, 3, 4):
        with pytest.raises(IntegrityError), transaction.atomic():
            Pairing.objects.create(newcomer=people[3], welcomer=ada, slot=slot, made_at=clock.now())


def test_people_who_want_no_contact_are_never_paired(
    newcomers: Callable[..., list[Member]], volunteers: Callable[..., list[Member]], client: Client
) -> None:
    from members.contact import actions as contact

    [host] = volunteers(1)
    [new] = newcomers(1)
    contact.want_no_contact(member=new, other=host, surface="test", now=clock.now())

    assert actions.pair(newcomer=new, now=clock.now()) is None


def test_wanting_no_contact_ends_a_pairing(
    newcomers: Callable[..., list[Member]], volunteers: Callable[..., list[Member]], client: Client
) -> None:
    from members.contact import actions as contact

    [host], [new] = volunteers(1), newcomers(1)
    work(client)
    contact.want_no_contact(member=new, other=host, surface="test", now=clock.now())
    work(client)

    assert queries.pairing_of(new, now=clock.now()) is None


def test_a_welcomer_sees_their_newcomers_and_no_others(
    newcomers: Callable[..., list[Member]], volunteers: Callable[..., list[Member]], client: Client, as_ada: Client
) -> None:
    [host], [new] = volunteers(1), newcomers(1)
    work(client)
    as_host = sign_in(Client(), host)

    assert "New 0" in as_host.get("/welcome/newcomers/").content.decode()
    assert "New 0" not in as_ada.get("/welcome/newcomers/").content.decode()
    check_in = CheckIn.objects.get(member=new, kind=CheckInKind.TWO_DAYS)
    actions.answer_check_in(check_in=check_in, answer=Feeling.LOST, words="", now=clock.now() + timedelta(days=2))
    assert "They could use a hand." in as_host.get("/welcome/newcomers/").content.decode()


def test_a_hello_is_noted_and_the_first_answer_of_somebody_else_counts(
    nia: Member, cleo: Member, porch: Category, client: Client
) -> None:
    opening = forum.start_thread(category=porch, by=nia, title="Hello", text=Text("I am Nia."), now=clock.now())
    opening = Post.objects.select_related("thread__category").get(pk=opening.pk)
    forum.post_reply(parent=opening, by=nia, text=Text("And I bake."), now=clock.now())
    work(client)
    assert Hello.objects.get().answered_at is None

    forum.post_reply(parent=opening, by=cleo, text=Text("Welcome, Nia!"), now=clock.now())
    work(client)
    assert Hello.objects.get().answered_at


def test_an_unanswered_hello_is_told_to_the_welcomer_and_then_to_organisers_once(
    nia: Member, bo: Member, porch: Category, client: Client, volunteers: Callable[..., list[Member]]
) -> None:
    [host] = volunteers(1)
    says_yes(host, "email.welcome")
    organiser = Member.objects.create_user("olu", "olu@example.org", display_name="Olu", roles=["organiser"])
    says_yes(organiser, "email.welcome")
    actions.begin(member=nia, now=clock.now())
    says_yes(nia, "welcome.buddy")
    forum.start_thread(category=porch, by=nia, title="Hello", text=Text("I am Nia."), now=clock.now())
    work(client)
    now = clock.now()

    assert letters.nudge(now=now + timedelta(hours=11)) == 0
    assert letters.nudge(now=now + timedelta(hours=13)) == 1
    assert letters.nudge(now=now + timedelta(hours=14)) == 0
    assert letters.nudge(now=now + timedelta(hours=25)) == 1
    assert letters.nudge(now=now + timedelta(hours=26)) == 0
    assert [letter.to for letter in mail.outbox] == [["host0@example.org"], ["olu@example.org"]]
    assert mail.outbox[0].subject == "Nobody has answered Nia yet"


def test_check_ins_come_after_two_days_a_week_and_a_month_and_only_by_letter_with_a_yes(
    nia: Member, as_nia: Client
) -> None:
    start = clock.now()
    actions.begin(member=nia, now=start)
    assert letters.send_due_check_ins(now=start + timedelta(hours=49)) == 0
    assert queries.open_check_in(nia, now=start + timedelta(hours=49)).kind == CheckInKind.TWO_DAYS

    says_yes(nia, "email.welcome")
    assert letters.send_due_check_ins(now=start + timedelta(days=8)) == 1
    assert letters.send_due_check_ins(now=start + timedelta(days=8)) == 0
    assert letters.send_due_check_ins(now=start + timedelta(days=31)) == 1


def test_a_check_in_is_answered_from_the_letter_without_signing_in(nia: Member) -> None:
    start = clock.now() - timedelta(days=3)
    actions.begin(member=nia, now=start)
    says_yes(nia, "email.welcome")
    letters.send_due_check_ins(now=clock.now())
    link = re.search(r"I could use a hand:\nhttp://[^/]+(/welcome/check-in/\S+)", mail.outbox[0].body)[1]

    assert "I could use a hand" in Client().get(link).content.decode()
    assert CheckIn.objects.exclude(answer="").count() == 0
    Client().post(link)
    assert CheckIn.objects.get(kind=CheckInKind.TWO_DAYS).answer == Feeling.LOST
    assert Client().get("/welcome/check-in/forged/").status_code == 404


def test_a_check_in_is_answered_here_with_one_press(nia: Member, as_nia: Client) -> None:
    actions.begin(member=nia, now=clock.now() - timedelta(days=3))

    as_nia.post("/welcome/check-in/", {"answer": "well"})
    assert CheckIn.objects.get(kind=CheckInKind.TWO_DAYS).answer == Feeling.WELL
    assert "nothing to answer" in as_nia.get("/welcome/check-in/").content.decode()


def test_resting_stops_everything_and_coming_back_brings_it_back(
    newcomers: Callable[..., list[Member]], volunteers: Callable[..., list[Member]], client: Client
) -> None:
    [_host], [new] = volunteers(1), newcomers(1)
    says_yes(new, "email.welcome")
    work(client)
    as_new = sign_in(Client(), new)

    as_new.post("/me/break/", {"length": "open"})
    assert "You are resting." in as_new.get("/me/pause/").content.decode()
    assert queries.pairing_of(new, now=clock.now()) is None
    assert letters.send_due_check_ins(now=clock.now() + timedelta(days=3)) == 0
    fresh = Member.objects.get(pk=new.pk)
    assert not gate.allows(fresh, "email.welcome", now=clock.now())

    as_new.post("/me/break/", {"end": "1"})
    assert "You are resting." not in as_new.get("/me/pause/").content.decode()
    assert gate.allows(Member.objects.get(pk=new.pk), "email.welcome", now=clock.now())


def test_figures_are_told_of_five_or_more(ada: Member, as_ada: Client) -> None:
    def say(number: int, hours: float | None) -> None:
        member = Member.objects.create_user(f"n{number}", display_name=f"N {number}")
        said = clock.now() - timedelta(days=10)
        answered = said + timedelta(hours=hours) if hours is not None else None
        Hello.objects.create(member=member, thread=number, address="/", said_at=said, answered_at=answered)

    for number, hours in enumerate((1, 2, 3, 30)):
        say(number, hours)
    assert queries.figures(now=clock.now()).median is None
    say(5, 4)
    found = queries.figures(now=clock.now())
    assert (found.hellos, found.median, found.within_a_day) == (5, timedelta(hours=3), 80)
    assert timedelta(hours=24) < found.slowest < timedelta(hours=30)
    assert "3 hours" in as_ada.get("/welcome/figures/").content.decode()


def invite(client: Client, **form: object) -> str:
    page = client.post("/welcome/invitations/", {"uses_max": 1, **form}).content.decode()
    found = re.search(r"<code>http://testserver(/welcome/come-in/\S+/)</code>", page)
    return found[1] if found else ""


def come_in(link: str, address: str = "noor@example.org") -> Client:
    visitor = Client()
    visitor.get(link)
    visitor.post("/account/signup/", {"email": address, "display_name": "Noor", "agreement": "on"})
    return visitor


def test_an_invitation_brings_somebody_in_once_and_moderators_see_by_whom(
    ada: Member, as_ada: Client, db: None
) -> None:
    link = invite(as_ada, note="Noor")
    assert "A member of Commons asks you in." in Client().get(link).content.decode()

    come_in(link)
    arrival = Arrival.objects.select_related("invitation", "member").get()
    assert (arrival.member.username, arrival.invitation.made_by_id) == ("noor", ada.pk)
    assert "This invitation is over" in Client().get(link).content.decode()

    moderator = Member.objects.create_user("mo", display_name="Mo", roles=["moderator"])
    as_mo = sign_in(Client(), moderator)
    assert "Noor, asked in by Ada" in as_mo.get("/moderation/invitations/").content.decode()
    assert as_ada.get("/moderation/invitations/").status_code == 404


def test_an_invitation_ends_by_itself_and_can_be_taken_back(ada: Member, as_ada: Client, as_cleo: Client) -> None:
    over, taken = invite(as_ada), invite(as_ada)
    first, second = Invitation.objects.order_by("pk")
    Invitation.objects.filter(pk=first.pk).update(expires_at=clock.now())
    assert as_cleo.post(f"/welcome/invitations/{second.pk}/revoke/").status_code == 404
    as_ada.post(f"/welcome/invitations/{second.pk}/revoke/")

    for link in (over, taken):
        assert "This invitation is over" in Client().get(link).content.decode()


def test_an_invitation_by_mail_is_sent_once_and_the_address_is_nowhere(as_ada: Client) -> None:
    invite(as_ada, email="friend@example.org")

    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["friend@example.org"], "Ada asks you in")
    assert "friend@example.org" not in str(list(Invitation.objects.values()))


def test_newcomers_invite_two_a_day(as_nia: Client) -> None:
    assert [bool(invite(as_nia)) for _ in range(3)] == [True, True, False]


def test_by_invitation_only_the_door_opens_for_those_with_one(settings: object, as_ada: Client, client: Client) -> None:
    settings.JOINING = "invitation"
    link = invite(as_ada)

    assert "We take no new members" in client.get("/account/signup/").content.decode()
    come_in(link)
    assert Member.objects.filter(username="noor").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_rota_page_costs_the_same_few_queries(
    count: int,
    volunteers: Callable[..., list[Member]],
    newcomers: Callable[..., list[Member]],
    client: Client,
    django_assert_num_queries: object,
) -> None:
    [host] = volunteers(1)
    newcomers(count)
    work(client)
    as_host = sign_in(Client(), host)
    with django_assert_num_queries(3):
        as_host.get("/welcome/newcomers/")
