"""The test databases themselves."""

import pytest

from members.models import Member
from members.people.models import Topic
from tests.support import database


@pytest.mark.django_db(transaction=True)
def test_a_test_that_wrote_leaves_each_table_as_the_migrations_did(ada: Member) -> None:
    made = set(Topic.objects.values_list("name", flat=True))
    Topic.objects.all().delete()

    database.restore()

    assert made
    assert set(Topic.objects.values_list("name", flat=True)) == made
    assert not Member.objects.exists()
