"""Leaving for good, proved on what is really stored: a dump of the database, the files, the cache."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import redis
from django.apps import apps
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Model
from django.test import Client

from commons import clock, holdings, outbox
from commons.config.celery import app
from commons.holdings import Kept, Mode
from commons.markup import without_mention
from commons.models import Event
from forum import actions as forum
from forum.actions.posts import Text
from forum.models import Category, Post, Thread
from forum.quotes import unnamed
from members.consent import checking, gate
from members.models import Member, UnclaimedAuthor
from members.rights import actions
from members.rights.models import Erasure, ErasureChoice, ErasureReplay, LegalHold
from tests.cast import says_yes, sign_in
from tests.members.rights.conftest import NAME, fresh

pytestmark = pytest.mark.django_db
really = pytest.mark.django_db(transaction=True)

WHO = re.compile(r"otter", re.IGNORECASE)
"""In the username, the name, both addresses and the name on the old letters, and nowhere else."""
WORDS = re.compile(r"otter|canary", re.IGNORECASE)


def leave(member: Member, mode: Mode, *, now: datetime | None = None) -> Erasure:
    """Ask, and let the worker do it."""
    now = now or clock.now()
    erasure = actions.ask_for_erasure(member=member, mode=mode, at_once=True, now=now)
    actions.erase(erasure_id=erasure.pk, now=now)
    return erasure


def lines(text: str, what: re.Pattern[str]) -> list[str]:
    return [line[:300] for line in text.splitlines() if what.search(line)]


def files_with(what: re.Pattern[str], *folders: Path) -> list[str]:
    files = [path for folder in folders if folder.exists() for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if what.search(f"{path} {path.read_bytes().decode(errors='replace')}")]


def cached() -> str:
    """Everything that stands in Valkey: names of keys and what they hold."""
    store = redis.Redis.from_url(configured.REDIS_URL, **configured.REDIS_OPTIONS)
    read: dict[bytes, Callable[[bytes], object]] = {
        b"string": store.get, b"hash": store.hgetall, b"set": store.smembers,
        b"list": lambda key: store.lrange(key, 0, -1), b"zset": lambda key: store.zrange(key, 0, -1),
    }  # fmt: skip
    return "\n".join(f"{key} {read[store.type(key)](key)}" for key in store.scan_iter(count=1000))


@pytest.fixture
def valkey(settings: object) -> Iterator[None]:
    """The real cache and the real queue, as in production."""
    settings.CACHES = {
        "default": {
            "BACKEND": "commons.cache.ForgivingRedisCache",
            "LOCATION": configured.REDIS_URL,
            "OPTIONS": configured.REDIS_OPTIONS,
        }
    }
    redis.Redis.from_url(configured.REDIS_URL).flushall()
    app.conf.task_always_eager = False
    yield
    app.conf.task_always_eager = True
    redis.Redis.from_url(configured.REDIS_URL).flushall()


def plant(member: Member) -> None:
    """A canary in every personal text field of every row that is theirs, whatever the room put there."""
    for holding in holdings.holdings():
        is_made_by_leaving = holding.label == "rights.Erasure"
        assert is_made_by_leaving or holding.of(member).exists(), f"leave_traces leaves nothing in {holding.label}"
        if not isinstance(holding.erase, Kept):
            for name in sorted(set(holding.personal)):
                _plant(holding.model, holding.of(member), name, member)


def _plant(model: type[Model], rows: models.QuerySet, name: str, member: Member) -> None:
    field = model._meta.get_field(name)
    is_text = isinstance(field, models.CharField | models.TextField) and not field.choices and not field.unique
    if not is_text or (model, name) in FINDS_THEM:
        return
    for row in rows.order_by("pk"):
        if not WORDS.search(str(getattr(row, name))) and not getattr(row, "deleted_at", None):
            model._default_manager.filter(pk=row.pk).update(**{name: f"canary {row.pk} {name}"[: field.max_length]})


FINDS_THEM = {
    (apps.get_model("commons.RateLimit"), "key"),
    (apps.get_model("admin.LogEntry"), "object_id"),
    (apps.get_model("rights.Export"), "file"),
    (Session, "session_data"),
    (Member, "password"),
    (apps.get_model("consent.ConsentState"), "purpose_code"),
}
"""Fields by which rows are known to be theirs, numbers, not words; and a code of our own list, which the journal names."""


@really
@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("mode", "gone"), [(Mode.REMOVE_TEXT, WORDS), (Mode.ANONYMISE, WHO)])
def test_nothing_of_somebody_who_left_is_left(
    mode: Mode,
    gone: re.Pattern[str],
    valkey: None,
    otter: Member,
    traces: dict[str, Post],
    postgres: Callable[..., str],
    settings: object,
) -> None:
    outbox.sweep(now=clock.now() + outbox.SWEEP_AFTER * 2)
    plant(otter)
    Client().post("/account/login/", {"login": otter.email, "password": "wrong"})
    dump = postgres("pg_dump", "--inserts")
    assert len(lines(dump, gone)) > 10
    files = (settings.EXPORT_ROOT, settings.MEDIA_ROOT, settings.ERASURE_LOG.parent)
    assert list(settings.EXPORT_ROOT.iterdir())

    leave(otter, mode)

    assert lines(postgres("pg_dump", "--inserts"), gone) == []
    assert files_with(gone, *files) == []
    assert list(settings.EXPORT_ROOT.iterdir()) == []
    assert not WHO.search(cached())
    assert not Event.objects.filter(payload__member=otter.pk).exists()
    assert not Member.objects.filter(pk=otter.pk).exists()
    assert Erasure.objects.get().finished_at
    assert checking.check_ledger().fault == ""


@really
@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_restored_backup_forgets_again(
    otter: Member, cleo: Member, traces: dict[str, Post], postgres: Callable[..., str], tmp_path: Path
) -> None:
    yesterday = tmp_path / "yesterday.dump"
    postgres("pg_dump", "--format=custom", f"--file={yesterday}")
    leave(otter, Mode.REMOVE_TEXT)
    assert not Member.objects.filter(username=NAME).exists()

    connection.close()
    postgres("pg_restore", "--clean", "--if-exists", "--single-transaction", str(yesterday))
    assert Member.objects.filter(username=NAME, is_active=True).exists()
    assert not ErasureReplay.objects.exists()

    dry, told = StringIO(), StringIO()
    call_command("replay_erasures", stdout=dry)
    assert (dry.getvalue(), Member.objects.filter(username=NAME).count()) == ("1 accounts to erase again\n", 1)
    call_command("replay_erasures", "--apply", stdout=told)

    assert told.getvalue() == "1 accounts erased again\n"
    assert lines(postgres("pg_dump", "--inserts"), WORDS) == []
    assert Member.objects.filter(pk=cleo.pk, is_active=True).exists()
    assert ErasureReplay.objects.count() == 1
    call_command("replay_erasures", "--apply", stdout=(again := StringIO()))
    assert again.getvalue() == "0 accounts erased again\n"


def test_a_new_member_with_an_old_number_is_not_taken_for_the_old_one(otter: Member, cleo: Member) -> None:
    number = otter.pk
    leave(otter, Mode.ANONYMISE)
    Member.objects.filter(pk=cleo.pk).delete()
    Member.objects.create(pk=number, username="newcomer", display_name="New")

    assert actions.replay(apply=True, now=clock.now()) == []


def test_threads_still_read_well(otter: Member, traces: dict[str, Post], as_cleo: Client) -> None:
    leave(otter, Mode.REMOVE_TEXT)

    thread = Thread.objects.get(pk=traces["mine"].thread_id)
    assert thread.title == "Removed"
    page = as_cleo.get(f"/forum/table/{thread.pk}-removed/?view=tree").content.decode()
    assert page.count("Removed by the person who wrote it.") == 3
    assert "An answer below" in page
    assert "Quoted words" in page
    assert "Former member wrote:" in page
    assert "@former-member" in page
    assert "has left" in page
    assert "canary" not in page.lower()
    placed = Post.objects.filter(thread=thread).order_by("number").values_list("number", "parent__number", "depth")
    assert list(placed) == [(1, None, 0), (2, 1, 1), (3, 2, 2), (4, 3, 3), (5, 2, 2)]
    assert thread.post_count == Post.objects.filter(thread=thread, deleted_at=None).count()


def test_visitors_read_nothing_of_somebody_who_left(otter: Member, traces: dict[str, Post], client: Client) -> None:
    says_yes(otter, "content.public")
    address = fresh(traces["mine"]).thread.get_absolute_url()
    assert "Canary words one" in client.get(address).content.decode()

    leave(otter, Mode.ANONYMISE)

    thread = Thread.objects.select_related("category").get(pk=traces["mine"].thread_id)
    for page in (
        thread.get_absolute_url(),
        "/forum/table/",
        "/forum/table/feed.atom",
        f"{thread.get_absolute_url()}feed.atom",
        "/",
    ):
        assert "canary" not in client.get(page).content.decode().lower().replace(page, "")


def test_words_that_stay_have_another_letter_in_each_thread(otter: Member, traces: dict[str, Post]) -> None:
    leave(otter, Mode.ANONYMISE)

    one, other = (fresh(traces[name]) for name in ("mine", "there"))
    assert one.source == "Canary words one"
    assert re.fullmatch(r"Former member [A-Z]", str(one.by))
    assert one.unclaimed_author_id != other.unclaimed_author_id
    assert {post.unclaimed_author_id for post in Post.objects.filter(thread=one.thread_id, author=None)} == {
        one.unclaimed_author_id
    }
    assert abs(one.unclaimed_author_id - other.unclaimed_author_id) > 1000
    assert fresh(traces["second"]).edited_at is not None


def test_two_who_left_one_thread_have_two_letters(
    otter: Member, ada: Member, table: Category, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forum.actions.leaving.ascii_uppercase", "AB")
    now = clock.now()
    mine = forum.start_thread(category=table, by=otter, title="Soup", text=Text("One"), now=now)
    for number, member in enumerate((ada, otter), 1):
        forum.post_reply(parent=fresh(mine), by=member, text=Text(f"Words {number}"), now=now)
    leave(otter, Mode.ANONYMISE)
    leave(ada, Mode.ANONYMISE)

    names = {
        str(post.by) for post in Post.objects.filter(thread=mine.thread).select_related("author", "unclaimed_author")
    }
    assert names == {"Former member A", "Former member B"}


def test_only_what_was_chosen_loses_its_words(as_otter: Client, otter: Member, traces: dict[str, Post]) -> None:
    page = as_otter.get("/me/data/leave/choose/forum.Post/").content.decode()
    assert page.count('type="checkbox"') == 5
    as_otter.post("/me/data/leave/choose/forum.Post/", {"item": [traces["there"].pk, traces["answer"].pk, "x"]})
    assert [choice.item for choice in ErasureChoice.objects.filter(item__gt=0)] == [traces["there"].pk]

    leave(otter, Mode.SELECTIVE)

    assert (fresh(traces["mine"]).source, fresh(traces["there"]).source) == ("Canary words one", "")
    assert "Quoted words" in fresh(traces["answer"]).source
    assert not ErasureChoice.objects.exists()


def test_a_choice_is_remembered_for_a_restore(otter: Member, traces: dict[str, Post]) -> None:
    actions.choose(member=otter, label="forum.Post", shown=[traces["there"].pk], taken=[traces["there"].pk])
    leave(otter, Mode.SELECTIVE)

    listed = actions.erasure.replay_list()
    (found,) = listed.values()
    keys = [traces[name].pk for name in ("mine", "there")]
    assert found.removes("forum.Post", keys) == {traces["there"].pk}


def test_tombstones_keep_of_their_date_the_month_and_their_place(
    otter: Member, cleo: Member, table: Category, settings: object
) -> None:
    settings.RATE_LIMITS = False
    start = datetime.fromisoformat("2026-03-10T12:34:56+00:00")
    opening = forum.start_thread(category=table, by=otter, title="Soup", text=Text("One"), now=start)
    for day, member in enumerate((cleo, otter, cleo), 1):
        at = start + timedelta(days=day)
        forum.post_reply(parent=fresh(opening), by=member, text=Text(f"Words {day}"), now=at)

    leave(otter, Mode.REMOVE_TEXT)

    line = Post.objects.filter(thread=opening.thread).order_by("created_at", "number")
    told = [(post.number, post.created_at.isoformat()[:16]) for post in line]
    assert told == [
        (1, "2026-03-01T00:00"), (2, "2026-03-11T12:34"), (3, "2026-03-11T12:34"), (4, "2026-03-13T12:34"),
    ]  # fmt: skip


def test_from_the_first_minute_nobody_sees_the_account(
    otter: Member, as_otter: Client, as_cleo: Client, traces: dict[str, Post]
) -> None:
    answer = as_otter.post("/me/data/leave/confirm/", {"mode": "anonymise", "when": "later"})

    assert "Goodbye" in answer.content.decode()
    assert as_otter.get("/me/data/").status_code == 302
    assert as_cleo.get(f"/people/{NAME}/").status_code == 404
    page = as_cleo.get(fresh(traces["mine"]).thread.get_absolute_url()).content.decode()
    assert "Former member" in page
    assert "Canary Otterbein</a>" not in page
    assert not gate.allows(Member.objects.get(pk=otter.pk), "email.welcome", now=clock.now())
    assert actions.waiting_erasures(now=clock.now() + timedelta(days=13)) == []
    assert actions.waiting_erasures(now=clock.now() + timedelta(days=15)) == [Erasure.objects.get().pk]


def test_one_press_within_two_weeks_brings_everything_back(
    otter: Member, as_otter: Client, traces: dict[str, Post]
) -> None:
    as_otter.post("/me/data/leave/confirm/", {"mode": "remove_text", "when": "later"})
    link = re.search(r"/come-back/\S+", mail.outbox[-1].body)[0]
    assert mail.outbox[-1].to == [otter.email]

    assert "Come back?" in Client().get(link).content.decode()
    assert Client().post(link).headers["Location"] == "/account/login/"

    back = Member.objects.get(pk=otter.pk)
    assert back.is_active
    assert gate.allows(back, "email.welcome", now=clock.now())
    assert not Erasure.objects.exists()
    assert Client().post(link).status_code == 404


def test_who_was_erased_cannot_come_back(otter: Member) -> None:
    erasure = actions.ask_for_erasure(member=otter, mode=Mode.ANONYMISE, at_once=False, now=clock.now())

    assert not actions.come_back(erasure_id=erasure.pk, now=clock.now() + timedelta(days=15))
    assert not actions.erase(erasure_id=erasure.pk, now=clock.now())
    assert actions.erase(erasure_id=erasure.pk, now=clock.now() + timedelta(days=15))
    assert not actions.come_back(erasure_id=erasure.pk, now=clock.now())


def test_both_ways_to_leave_weigh_the_same(as_otter: Client) -> None:
    page = as_otter.get("/me/data/leave/confirm/?mode=anonymise").content.decode()

    later, now = (re.search(rf'<button class="([^"]+)"[^>]*value="{when}"', page)[1] for when in ("later", "now"))
    assert later == now


def test_leaving_asks_who_it_is(otter: Member) -> None:
    client = Client()
    sign_in(client, otter)

    answer = client.post("/me/data/leave/confirm/", {"mode": "anonymise", "when": "now"})
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert not Erasure.objects.exists()

    client.post(answer.headers["Location"], {"password": "seven quiet rivers"})
    assert not Member.objects.filter(pk=otter.pk).exists()


def test_the_only_administrator_stays_until_there_is_another(adil: Member) -> None:
    client = Client()
    sign_in(client, adil)

    answer = client.post("/me/data/leave/confirm/", {"mode": "anonymise", "when": "now"})
    assert answer.status_code == 403
    assert "the only administrator" in answer.content.decode()
    assert Member.objects.filter(pk=adil.pk, is_active=True).exists()


def test_a_hold_keeps_what_it_names_and_nothing_else(
    otter: Member, adil: Member, as_otter: Client, traces: dict[str, Post]
) -> None:
    now = clock.now()
    until = now + timedelta(days=30)
    LegalHold.objects.create(
        member=otter, holdings=["forum.Post"], reason="A court asked.", basis="Court Act 1", until=until, reviewer=adil
    )
    assert "we may not erase: What you wrote." in as_otter.get("/me/data/").content.decode()
    assert "A court asked." in as_otter.get("/me/data/").content.decode()

    erasure = leave(otter, Mode.REMOVE_TEXT, now=now)

    shell = Member.objects.get(pk=otter.pk)
    assert (shell.email, str(shell), shell.username[:8]) == ("", "Former member", "-former-")
    assert fresh(traces["mine"]).source == "Canary words one"
    assert not Event.objects.filter(payload__member=otter.pk).exists()
    assert Erasure.objects.get(pk=erasure.pk).due_at == until

    assert actions.erase(erasure_id=erasure.pk, now=until + timedelta(minutes=1))
    assert fresh(traces["mine"]).source == ""
    assert not Member.objects.filter(pk=otter.pk).exists()


def test_an_erasure_that_was_killed_at_every_step_goes_on(
    otter: Member, traces: dict[str, Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    erasure = actions.ask_for_erasure(member=otter, mode=Mode.REMOVE_TEXT, at_once=True, now=now)
    take = actions.erasure._take
    killed_at: list[str] = []

    def killed(holding: holdings.Holding, *others: object) -> bool:
        if holding.label not in killed_at:
            killed_at.append(holding.label)
            raise KeyboardInterrupt
        return take(holding, *others)

    monkeypatch.setattr(actions.erasure, "_take", killed)
    steps = [holding.label for holding in holdings.holdings() if holding.step]
    for hour in range(len(steps)):
        later = now + timedelta(hours=hour)
        with pytest.raises(KeyboardInterrupt):
            actions.erase(erasure_id=erasure.pk, now=later)
        assert not actions.erase(erasure_id=erasure.pk, now=later)

    assert killed_at == steps
    assert actions.erase(erasure_id=erasure.pk, now=now + timedelta(hours=len(steps)))
    assert not Member.objects.filter(pk=otter.pk).exists()


def test_a_step_that_leaves_something_is_noticed(otter: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.actions.erase_member", lambda **_who: None)
    erasure = actions.ask_for_erasure(member=otter, mode=Mode.ANONYMISE, at_once=True, now=clock.now())

    with pytest.raises(actions.NotErased, match=r"members\.Member: 1 left"):
        actions.erase(erasure_id=erasure.pk, now=clock.now())


def test_nobody_can_have_the_name_of_those_who_left(client: Client, db: None) -> None:
    typed = {
        "email": "n@example.org",
        "display_name": "Former member",
        "agreement": "on",
        "password1": "seven quiet rivers",
    }
    client.post("/account/signup/", typed)

    assert Member.objects.get().username != "former-member"
    with pytest.raises(ValidationError, match="stands for people who have left"):
        Member(username="former-member", display_name="N", password="x").clean_fields()
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.update(username="former-member")


def test_what_somebody_left_cannot_be_claimed(otter: Member, traces: dict[str, Post], as_cleo: Client) -> None:
    leave(otter, Mode.ANONYMISE)
    former = UnclaimedAuthor.objects.filter(is_former=True).order_by("pk")[0]

    assert "has left" in as_cleo.get(former.get_absolute_url()).content.decode()
    assert as_cleo.post(f"{former.get_absolute_url()}claim/", {"address": "cleo@example.org"}).status_code == 403


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("@ada", "@former-member"),
        ("Hi @Ada, and @ada.", "Hi @former-member, and @former-member."),
        ("(@ada)", "(@former-member)"),
        ("@ada-lovelace @ada.b @adam x@ada.org /@ada", "@ada-lovelace @ada.b @adam x@ada.org /@ada"),
        ("[you](/people/ada/)", "[you](/people/former-member/)"),
        ("[you](/people/ada) /people/adam/", "[you](/people/former-member) /people/adam/"),
    ],
)
def test_a_mention_is_renamed_and_longer_names_stay(text: str, then: str) -> None:
    assert without_mention(text, username="ada", address="/people/ada/", put="former-member") == then


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("> **Ada wrote:**\n>\n> Soup", "> **X wrote:**\n>\n> Soup"),
        ("> > **Ada wrote:**\n> > Soup", "> > **X wrote:**\n> > Soup"),
        ("Ada said **Ada wrote:**", "Ada said **Ada wrote:**"),
        ("> Ada wrote: soup", "> Ada wrote: soup"),
    ],
)
def test_an_attribution_loses_its_name_and_the_rest_stays(text: str, then: str) -> None:
    assert unnamed(text, ["Ada"], put="X") == then
