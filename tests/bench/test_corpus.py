"""A small community, loaded as the large ones are."""

import pytest
from django.core import mail

from bench import checks, corpus, walk
from bench.sizes import Size
from bench.texts import Pool
from forum.models import Post, Thread
from members.consent.models import ConsentEvent
from members.models import Member
from notifications.models import Telling

TINY = Size("XS", members=50, threads=200, posts=1500, thirties=3, long=60, worst=120, chunk=70)


@pytest.mark.slow  # loads 1,500 posts and makes their indexes again
@pytest.mark.django_db
def test_a_loaded_community_is_what_the_site_would_have_written_and_a_walk_leaves_it_so() -> None:
    corpus.fill(TINY, pool=Pool(bodies=80), say=lambda _line: None)

    assert list(checks.faults()) == []

    before = _counted()

    assert list(walk.walk()) == []

    assert _counted() == before
    assert mail.outbox


def _counted() -> list[int]:
    return [model.objects.count() for model in (Member, Thread, Post, Telling, ConsentEvent)]
