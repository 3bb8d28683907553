"""The ledger: what is said stays said, in order, and nobody changes it unnoticed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from dateutil.relativedelta import relativedelta
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from members.consent import actions, checking, gate, queries
from members.consent.enums import EventState, Why
from members.consent.models import ConsentEvent, ConsentState, Principal, PurposeVersion
from members.consent.purposes import CATALOGUE
from members.models import Member
from tests.members.consent.conftest import changed_words

pytestmark = pytest.mark.django_db


def say(member: Member, purpose: str, *, yes: bool, now: datetime, scope: str = "") -> bool:
    done = actions.answer(member=member, purpose=purpose, yes=yes, surface="test", now=now, scope=scope)
    gate.forget_memo(member)
    return done


def states_said(member: Member) -> list[str]:
    return [event.event_state for event in queries.history(member)]


def test_everything_is_off_at_the_start(ada: Member, now: datetime) -> None:
    assert not any(choice.answer for choice in queries.choices(ada, now=now))
    assert gate.allows(ada, "profile.photo", now=now).why == Why.NEVER_ASKED


def test_yes_no_and_yes_again_are_three_events_and_one_state(ada: Member, now: datetime) -> None:
    for yes in (True, False, True):
        assert say(ada, "profile.photo", yes=yes, now=now)

    assert states_said(ada) == ["ConsentGiven", "ConsentWithdrawn", "ConsentGiven"]
    assert ConsentState.objects.filter(member=ada).count() == 1
    assert gate.allows(ada, "profile.photo", now=now)


@pytest.mark.parametrize("yes", [True, False])
def test_saying_the_same_twice_writes_once(ada: Member, now: datetime, yes: bool) -> None:
    assert [say(ada, "profile.photo", yes=yes, now=now) for _ in range(3)] == [True, False, False]
    assert len(states_said(ada)) == 1


def test_a_no_that_was_never_a_yes_is_a_refusal(ada: Member, now: datetime) -> None:
    say(ada, "email.welcome", yes=False, now=now)

    assert states_said(ada) == ["ConsentRefused"]
    assert gate.allows(ada, "email.welcome", now=now).why == Why.REFUSED


def test_a_yes_ends_after_24_months_and_can_be_renewed(ada: Member, now: datetime) -> None:
    say(ada, "email.welcome", yes=True, now=now)
    end = now + relativedelta(months=24)

    assert gate.allows(ada, "email.welcome", now=end - timedelta(seconds=1))
    assert gate.allows(ada, "email.welcome", now=end).why == Why.EXPIRED

    assert actions.expire_due(now=end) == 1
    assert actions.expire_due(now=end) == 0
    say(ada, "email.welcome", yes=True, now=end)
    assert states_said(ada) == ["ConsentGiven", "ConsentExpired", "ConsentGiven"]


def test_a_material_change_stops_the_use_until_a_new_yes(ada: Member, now: datetime) -> None:
    say(ada, "content.public", yes=True, now=now)
    with changed_words("content.public", material=True, now=now + timedelta(days=1)):
        later = now + timedelta(days=2)
        gate.forget_memo(ada)
        assert gate.allows(ada, "content.public", now=later).why == Why.SUPERSEDED
        assert not gate.consenting("content.public", now=later).exists()
        assert checking.check_ledger().fault == ""

        say(ada, "content.public", yes=True, now=later)
        assert gate.allows(ada, "content.public", now=later)
        assert states_said(ada)[-1] == "RenewedConsentGiven"


def test_a_change_of_wording_carries_the_yes_over(ada: Member, now: datetime) -> None:
    say(ada, "content.public", yes=True, now=now)
    with changed_words("content.public", material=False, now=now + timedelta(days=1)):
        gate.forget_memo(ada)
        assert gate.allows(ada, "content.public", now=now + timedelta(days=2))


def test_nobody_is_asked_again_within_six_months_of_a_no(ada: Member, now: datetime) -> None:
    assert queries.may_ask(ada, "profile.photo", now=now)
    say(ada, "profile.photo", yes=False, now=now)

    assert not queries.may_ask(ada, "profile.photo", now=now + timedelta(days=182))
    assert queries.may_ask(ada, "profile.photo", now=now + timedelta(days=184))


def test_skipping_counts_as_being_asked(ada: Member, now: datetime) -> None:
    say(ada, "profile.photo", yes=True, now=now)
    actions.defer(member=ada, purposes=["profile.photo", "email.welcome"], surface="welcome", now=now)
    gate.forget_memo(ada)

    assert gate.allows(ada, "profile.photo", now=now)
    assert gate.allows(ada, "email.welcome", now=now).why == Why.DEFERRED
    assert not queries.may_ask(ada, "email.welcome", now=now)


def test_a_restriction_pauses_every_use_and_forgets_nothing(ada: Member, now: datetime) -> None:
    say(ada, "profile.photo", yes=True, now=now)
    actions.restrict(member=ada, now=now)
    say(ada, "email.welcome", yes=True, now=now)

    assert gate.allows(ada, "profile.photo", now=now).why == Why.RESTRICTED
    assert not gate.consenting("email.welcome", now=now).exists()
    assert checking.check_ledger().fault == ""

    actions.lift_restriction(member=ada)
    assert gate.allows(ada, "profile.photo", now=now)
    assert gate.allows(ada, "email.welcome", now=now)


def test_the_states_can_be_made_anew_from_the_ledger(ada: Member, cleo: Member, now: datetime) -> None:
    say(ada, "profile.photo", yes=True, now=now)
    say(ada, "contact.messages", yes=True, now=now, scope="x")
    before = list(ConsentState.objects.filter(member=ada).order_by("purpose_code").values_list("event", "until"))

    actions.rebuild_states(member=ada)

    after = ConsentState.objects.filter(member=ada).order_by("purpose_code").values_list("event", "until")
    assert list(after) == before


def test_two_purposes_and_two_scopes_do_not_mix(ada: Member, cleo: Member, now: datetime) -> None:
    say(ada, "contact.messages", yes=True, now=now, scope="cleo")

    assert gate.allows(ada, "contact.messages", now=now, scope="cleo")
    assert not gate.allows(ada, "contact.messages", now=now, scope="bo")
    assert not gate.allows(ada, "contact.messages", now=now)
    assert not gate.allows(cleo, "contact.messages", now=now, scope="cleo")
    assert list(gate.consenting("contact.messages", now=now, scope="cleo")) == [{"member": ada.pk}]


def test_a_view_that_needs_a_yes_refuses_without_it(ada: Member, now: datetime) -> None:
    with pytest.raises(gate.ConsentRequired, match="Show my picture"):
        gate.require_consent(ada, "profile.photo", now=now)


def test_an_unknown_purpose_is_an_error_and_never_a_yes(ada: Member, now: datetime) -> None:
    with pytest.raises(KeyError):
        gate.allows(ada, "profile.snapshot", now=now)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE consent_consentevent SET event_state = 'ConsentGiven'",
        "DELETE FROM consent_consentevent",
        "UPDATE consent_purposeversion SET notice_text = 'Anything at all.'",
        "DELETE FROM consent_purposeversion",
    ],
)
def test_the_database_refuses_to_change_what_was_said(ada: Member, now: datetime, change: str) -> None:
    say(ada, "profile.photo", yes=False, now=now)

    with pytest.raises(DatabaseError, match="is refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert states_said(ada) == ["ConsentRefused"]


def behind_its_back(sql: str, table: str = "consent_consentevent") -> None:
    """What a superuser can do: switch the triggers off, change a row, switch them on again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE consent_consentevent SET event_state = 'ConsentGiven' WHERE seq = 2", "link 2"),
        ("UPDATE consent_consentevent SET event_time = now() WHERE seq = 1", "link 1"),
        ("UPDATE consent_consentevent SET language = 'fr' WHERE seq = 3", "link 3"),
        ("DELETE FROM consent_consentevent WHERE seq = 2", "link 3"),
        ("DELETE FROM consent_consentevent WHERE seq = 3", "ends at link 2"),
        ("DELETE FROM consent_consentevent", "is gone"),
    ],
)
def test_a_row_changed_behind_its_back_is_found(ada: Member, now: datetime, sql: str, named: str) -> None:
    for purpose in ("profile.photo", "email.welcome", "content.public"):
        say(ada, purpose, yes=False, now=now)
    assert checking.check_ledger().fault == ""

    behind_its_back(sql)

    told = StringIO()
    with pytest.raises(SystemExit) as exit_:
        call_command("verify_consent_ledger", stderr=told)
    assert exit_.value.code == 1
    assert named in told.getvalue()


def test_a_chain_cut_with_its_end_moved_is_found_by_the_anchor(ada: Member, now: datetime) -> None:
    for purpose in ("profile.photo", "email.welcome"):
        say(ada, purpose, yes=False, now=now)
    actions.make_anchor(now=now + timedelta(hours=1))
    first = ConsentEvent.objects.get(seq=1)

    behind_its_back("DELETE FROM consent_consentevent WHERE seq = 2")
    Principal.objects.update(length=1, head=first.hash)
    actions.rebuild_states(member=ada)

    assert "anchor" in checking.check_ledger().fault


def test_words_changed_behind_their_back_are_found(now: datetime, db: None) -> None:
    behind_its_back(
        "UPDATE consent_purposeversion SET notice_text = 'Anything' WHERE purpose_code = 'email.welcome'",
        "consent_purposeversion",
    )
    assert checking.check_ledger().fault == "the words of email.welcome@1 have been changed"


def test_a_state_that_is_not_what_the_chain_says_is_found(ada: Member, now: datetime) -> None:
    say(ada, "profile.photo", yes=False, now=now)
    ConsentState.objects.update(
        event_state=EventState.GIVEN,
        is_standing=True,
        until=now + timedelta(days=9),
        expires_at=now + timedelta(days=9),
    )
    assert "states" in checking.check_ledger().fault


def test_a_sound_ledger_says_how_much_was_checked(ada: Member, cleo: Member, now: datetime) -> None:
    say(ada, "profile.photo", yes=True, now=now)
    say(cleo, "profile.photo", yes=False, now=now)
    actions.make_anchor(now=now)
    told = StringIO()

    call_command("verify_consent_ledger", stdout=told)

    assert told.getvalue() == "sound: 2 events in 2 chains\n"


def test_a_chain_leaves_only_when_its_person_is_gone_and_its_time_is_over(ada: Member, cleo: Member) -> None:
    long_ago = queries.current_version("profile.photo").effective_from - relativedelta(months=30)
    for member in (ada, cleo):
        say(member, "profile.photo", yes=True, now=long_ago)
    Principal.objects.filter(member=cleo).delete()

    assert actions.forget_ended_chains(now=long_ago + relativedelta(months=30)) == 1
    assert [event.principal_ref for event in ConsentEvent.objects.order_by("seq")] == [ada.principal.ref]


def test_every_purpose_has_its_words_in_the_database(db: None) -> None:
    published = set(PurposeVersion.objects.values_list("purpose_code", "version"))

    assert {(purpose.code, purpose.version) for purpose in CATALOGUE} <= published
    assert all(purpose.easy_read and purpose.notice != purpose.easy_read for purpose in CATALOGUE)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_answers_at_the_same_time_make_one_straight_chain(
    ada: Member, now: datetime, at_once: Callable[..., None]
) -> None:
    codes = [purpose.code for purpose in CATALOGUE[:8]]

    at_once([lambda code=code: say(ada, code, yes=True, now=now) for code in codes])

    assert checking.check_ledger() == checking.Findings(chains=1, events=8)
