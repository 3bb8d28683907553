"""Every field that leads to a person or holds text is declared: whose it is, how long, what becomes of it."""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from commons import holdings
from members.consent.models import Principal
from members.models import Member, UnclaimedAuthor

PEOPLE = {Member, UnclaimedAuthor, Principal}
TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.UUIDField, ArrayField,
         models.FileField, models.GenericIPAddressField)  # fmt: skip
HOW = """
{fields}

Somebody reads the site's promises out of these declarations, and an erasure does what they say. Declare each field in
the `holdings.py` of its room (see forum/holdings.py), in one of these ways:

    declare(Holding(
        model=Thing, title=_("Your things"), activity="account.core",   # an Activity of yours or of another room
        of=lambda member: Thing.objects.filter(member=member),          # whose rows are whose
        personal={{"member": "pd:Username", "note": "pd:Communication"}}, # what of it is personal, and of which kind
        plain={{"code": "the name of a choice"}},                         # text that tells of nobody, and why
        file="things/mine", export=("id", "note", "made_at"),           # what goes into the person's copy
        retention=(Retention(code="things.old", …),),                   # how long; else as long as the account
    ))                                                                  # erased by deletion, unless `erase` says more
    tells_of_nobody("things.Kind", reason="a list of choices")          # for a model with nothing personal at all

then plant the model in tests/members/rights/test_erasure.py (`leave_traces`), so that the erasure is proved.
"""


def concerned(model: type[models.Model]) -> Iterator[str]:
    """The fields of a model that lead to a person or hold free text."""
    for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
        is_choice = bool(getattr(field, "choices", None))
        if field.related_model in PEOPLE or (isinstance(field, TEXTS) and not is_choice):
            yield field.name


def test_every_field_about_people_is_declared() -> None:
    missing = []
    for model in apps.get_models():
        if model._meta.label in holdings.nobodys():
            continue
        holding = holdings.holding(model._meta.label)
        known = {*holding.personal, *holding.plain} if holding else set()
        missing += [f"{model._meta.label}.{name}" for name in concerned(model) if name not in known]

    assert missing == [], HOW.format(fields="\n".join(missing))


def test_what_tells_of_nobody_leads_to_nobody() -> None:
    found = [
        f"{label}.{field.name}"
        for label in holdings.nobodys()
        for field in apps.get_model(label)._meta.local_fields
        if field.related_model in PEOPLE
    ]
    assert found == []


def test_declarations_name_what_there_is() -> None:
    for holding in holdings.holdings():
        names = {field.name for field in holding.model._meta.get_fields()}
        assert {*holding.personal, *holding.plain} <= names, holding.label
        assert holding.file, f"{holding.label} is in nobody's copy"
        assert holding.export, f"{holding.label} is in nobody's copy"
        assert not set(holding.export) & {"password", "session_key", "session_data", "key"}, holding.label
    files = [holding.file for holding in holdings.holdings()]
    assert len(files) == len(set(files))


def test_every_holding_belongs_to_an_activity_that_is_told() -> None:
    told = {activity.code for activity in holdings.activities()}

    assert [holding.label for holding in holdings.holdings() if holding.activity not in told] == []


def test_whoever_keeps_the_account_alive_lets_go_of_it() -> None:
    """A key that protects the account from deletion needs a step that takes it away."""
    protecting = {
        relation.related_model._meta.label
        for relation in Member._meta.related_objects
        if relation.on_delete is models.PROTECT
    }
    assert [label for label in protecting if not (holdings.holding(label) and holdings.holding(label).erase)] == []
