"""Every write of the welcome."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from commons import ratelimit
from commons.prepared import Update, prepared_change
from members.consent import actions as consent
from members.consent import uses
from members.models import Member
from members.welcome import queries
from members.welcome.enums import (
    CHECK_IN_AFTER,
    INVITATION_LENGTH,
    NEWCOMERS_MAX,
    PAIRING_LENGTH,
    Feeling,
    FirstStep,
    Step,
)
from members.welcome.models import Acceptance, Arrival, CheckIn, Hello, Invitation, Pairing, Welcome

BUDDY, VOLUNTEER = "welcome.buddy", "welcome.volunteer"
SURFACE = "/welcome/"
CODE_BYTES = 16
BATCH = 200


@transaction.atomic
def begin(*, member: Member, now: datetime) -> Welcome:
    """Start somebody's welcome, with its three check-ins; again, it changes nothing."""
    welcome, is_new = Welcome.objects.get_or_create(member=member, defaults={"started_at": now})
    if is_new:
        questions = [CheckIn(member=member, kind=kind, due_at=now + after) for kind, after in CHECK_IN_AFTER.items()]
        CheckIn.objects.bulk_create(questions, ignore_conflicts=True)
    return welcome


@transaction.atomic
def accept_agreement(*, member: Member, code: str, version: int, now: datetime) -> None:
    """Write down that somebody agreed; twice is once."""
    Acceptance.objects.get_or_create(member=member, code=code, version=version, defaults={"accepted_at": now})


@transaction.atomic
def choose(*, member: Member, answers: Mapping[str, str], now: datetime) -> None:
    """Write down the yes and no of the choices; what was left open counts as asked and not answered."""
    for purpose, said in answers.items():
        if said:
            consent.answer(member=member, purpose=purpose, yes=said == "yes", surface=SURFACE, now=now)
    consent.defer(
        member=member, purposes=[code for code, said in answers.items() if not said], surface=SURFACE, now=now
    )


@transaction.atomic
def choose_first_step(*, member: Member, first_step: FirstStep) -> None:
    Welcome.objects.filter(member=member).update(first_step=first_step)


@transaction.atomic
def go_to(*, member: Member, step: Step, now: datetime) -> None:
    """Remember where somebody goes on. The last step ends the welcome, once."""
    Welcome.objects.filter(member=member).update(step=step)
    if step == Step.DONE:
        Welcome.objects.filter(member=member, finished_at=None).update(finished_at=now)


@transaction.atomic
def pause(*, member: Member, now: datetime, until: datetime | None = None) -> None:
    """Rest: no check-ins, and every use of personal data that rests on a yes stops. Nothing is lost.

    With an end, it ends by itself, and one keeps one's welcomer; without, the welcomer is free for others.
    """
    begin(member=member, now=now)
    Welcome.objects.filter(member=member).update(paused_at=now, paused_until=until)
    if until is None:
        _end_pairings(Q(newcomer=member) | Q(welcomer=member), now=now)
    consent.restrict(member=member, now=now)


@transaction.atomic
def come_back(*, member: Member) -> None:
    """End the rest; every yes that still stands counts again."""
    Welcome.objects.filter(member=member).update(paused_at=None, paused_until=None)
    consent.lift_restriction(member=member)


def end_rests(*, now: datetime) -> int:
    """Bring back everybody whose rest is over; how many."""
    over = Welcome.objects.filter(paused_until__lte=now).select_related("member").order_by("paused_until")
    resting = [welcome.member for welcome in over[:BATCH]]
    for member in resting:
        come_back(member=member)
    return len(resting)


@transaction.atomic
def note_hello(*, member: Member, thread: int, address: str, now: datetime) -> None:
    """A newcomer has said hello: the first time counts."""
    begin(member=member, now=now)
    Hello.objects.get_or_create(member=member, defaults={"thread": thread, "address": address, "said_at": now})


def note_answer(*, thread: int, by: int, now: datetime) -> None:
    """Somebody else answered a hello: the first answer counts."""
    _answer(thread, by, now)


@prepared_change
def _answer(thread: int, by: int, now: datetime) -> Update:
    return Hello.objects.filter(thread=thread, answered_at=None).exclude(member=by), {"answered_at": now}


def pair(*, newcomer: Member, now: datetime) -> Pairing | None:
    """Give a newcomer a welcomer, if both agree and somebody has room. None if they have one or nobody is free."""
    for welcomer in queries.free_welcomers(newcomer, now=now)[:NEWCOMERS_MAX]:
        try:
            if made := _pair(newcomer=newcomer, welcomer=welcomer, now=now):
                return made
        except IntegrityError:
            continue  # somebody was faster: this welcomer is full now, or the newcomer has one
    return None


def pair_all(*, now: datetime) -> int:
    """Give a welcomer to everybody who waits for one; how many got one."""
    return sum(pair(newcomer=newcomer, now=now) is not None for newcomer in queries.unpaired(now=now)[:100])


@transaction.atomic
def end_pairing(*, newcomer: Member, now: datetime) -> int:
    """End a newcomer's pairing, without a reason."""
    return _end_pairings(Q(newcomer=newcomer), now=now)


@transaction.atomic
def part(*, one: int, other: int, now: datetime) -> int:
    """End the pairing of two people, whoever of them is the welcomer."""
    return _end_pairings(Q(newcomer=one, welcomer=other) | Q(newcomer=other, welcomer=one), now=now)


@transaction.atomic
def end_old_pairings(*, now: datetime) -> int:
    """Pairings last two months."""
    return _end_pairings(Q(made_at__lt=now - PAIRING_LENGTH), now=now)


@transaction.atomic
def end_pairings_without_consent(*, member: int, purpose: str, now: datetime) -> int:
    """Whoever takes back the yes to have or to be a welcomer is out of the pairing at once."""
    return _end_pairings(Q(newcomer=member) if purpose == BUDDY else Q(welcomer=member), now=now)


@transaction.atomic
def claim_check_in(*, check_in: CheckIn, now: datetime) -> bool:
    """Mark a question as asked. False if somebody else did so in the meantime."""
    return bool(CheckIn.objects.filter(pk=check_in.pk, sent_at=None).update(sent_at=now))


@transaction.atomic
def answer_check_in(*, check_in: CheckIn, answer: Feeling, words: str, now: datetime) -> None:
    """Write down how somebody is; a later answer replaces an earlier one."""
    CheckIn.objects.filter(pk=check_in.pk).update(answer=answer, words=words, answered_at=now)


@transaction.atomic
def claim_nudge(*, hello: Hello, now: datetime) -> bool:
    return bool(Hello.objects.filter(pk=hello.pk, nudged_at=None).update(nudged_at=now))


@transaction.atomic
def claim_call(*, hello: Hello, now: datetime) -> bool:
    return bool(Hello.objects.filter(pk=hello.pk, called_at=None).update(called_at=now))


@transaction.atomic
def invite(*, by: Member, note: str, uses_max: int, now: datetime) -> str:
    """Make an invitation; the code, which is told once and kept nowhere.

    Raises:
        RateLimited: too many invitations for today.
    """
    action = "welcome.invite.newcomer" if by.is_newcomer else "welcome.invite"
    ratelimit.spend_or_refuse(action, key=str(by.pk), now=now)
    code = secrets.token_urlsafe(CODE_BYTES)
    Invitation.objects.create(
        code_hash=hashed(code),
        made_by=by,
        note=note,
        made_at=now,
        expires_at=now + INVITATION_LENGTH,
        uses_max=uses_max,
    )
    return code


@transaction.atomic
def revoke(*, invitation: Invitation, now: datetime) -> None:
    """Nobody can come in by this invitation any more."""
    Invitation.objects.filter(pk=invitation.pk, revoked_at=None).update(revoked_at=now)


@transaction.atomic
def use_invitation(*, code: str, member: Member, now: datetime) -> bool:
    """Write down by which invitation somebody came. False if it is used up, over or revoked."""
    valid = queries.valid_invitations(now=now).filter(code_hash=hashed(code))
    if not valid.update(use_count=F("use_count") + 1):
        return False
    invitation = Invitation.objects.get(code_hash=hashed(code))
    Arrival.objects.get_or_create(member=member, defaults={"invitation": invitation, "arrived_at": now})
    return True


def hashed(code: str) -> bytes:
    """SHA-256 of an invitation's code; the code has 128 random bits, so no key is needed."""
    return hashlib.sha256(code.encode()).digest()


@transaction.atomic
def _pair(*, newcomer: Member, welcomer: Member, now: datetime) -> Pairing | None:
    taken = set(Pairing.objects.filter(welcomer=welcomer, ended_at=None).values_list("slot", flat=True))
    free = [slot for slot in range(1, NEWCOMERS_MAX + 1) if slot not in taken]
    if not free or not uses.use(welcomer, "newcomer", now=now) or not uses.use(newcomer, "welcomer", now=now):
        return None
    return Pairing.objects.create(newcomer=newcomer, welcomer=welcomer, slot=free[0], made_at=now)


def _end_pairings(which: Q, *, now: datetime) -> int:
    return Pairing.objects.filter(which, ended_at=None).update(ended_at=now)


@transaction.atomic
def forget_arrival(*, member: Member) -> None:
    """Nobody can read any more by whose invitation somebody came; what its maker noted about them goes with it."""
    Invitation.objects.filter(arrivals__member=member).update(note="")
    Arrival.objects.filter(member=member).delete()
