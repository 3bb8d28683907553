"""With 10,000 members in the directory: a page is at most six queries, and none reads all of them."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.consent import uses
from members.models import Member

pytestmark = [pytest.mark.figures, pytest.mark.timeout(300), pytest.mark.django_db]

MEMBERS, TOPICS, QUERIES = 10_000, 500, 6
LARGE = {
    "members_member",
    "people_profile",
    "people_membertopic",
    "people_chosen",
    "people_picture",
    "consent_consentstate",
}

_FILL = """
    INSERT INTO members_member (password, is_superuser, username, display_name, email, standing, roles, language,
                                is_active, date_joined)
    SELECT '', false, 'person' || n, (ARRAY['Ána','Bo','Çem','Dov','Élodie'])[1 + n %% 5] || ' ' || md5(n::text), '',
           'member', '{}', '', true, now()
    FROM generate_series(1, %(members)s) AS n;

    INSERT INTO people_profile (member_id, about, pronouns, area, languages, about_seen_by, pronouns_seen_by,
        area_seen_by, languages_seen_by, can_share_seen_by, would_learn_seen_by, interested_seen_by, picture_seen_by)
    SELECT id, 'Hello', '', (ARRAY['Cork','Galway','Ballyhaunis'])[CASE WHEN id %% 100 = 0 THEN 3 ELSE 1 + id %% 2 END],
           CASE WHEN id %% 50 = 0 THEN ARRAY['en','ga'] ELSE ARRAY['en'] END,
           'members', 'members', 'members', 'members', 'members', 'members', 'members', 'members'
    FROM members_member;

    INSERT INTO people_topic (name, normalised, is_suggested)
    SELECT 'Topic ' || n, 'topic ' || n, n <= 30 FROM generate_series(1, %(topics)s) AS n;

    INSERT INTO people_membertopic (member_id, topic_id, kind)
    SELECT m.id, t.id, kind FROM members_member m
    CROSS JOIN (VALUES ('share'), ('learn'), ('interest')) AS kinds (kind)
    CROSS JOIN generate_series(1, 3) AS nth
    JOIN people_topic t ON t.normalised =
        'topic ' || CASE WHEN nth = 1 AND m.id %% 2 = 0 THEN 1 ELSE 2 + (m.id * 7 + nth * 131) %% (%(topics)s - 2) END
    ON CONFLICT DO NOTHING;

    INSERT INTO people_picture (member_id, name, saved_at)
    SELECT id, md5(id::text) || '.webp', now() FROM members_member WHERE id %% 2 = 0;

    INSERT INTO people_chosen (member_id, other_id)
    SELECT m.id, o.id FROM members_member m CROSS JOIN generate_series(1, 5) AS nth
    JOIN members_member o ON o.id = CASE WHEN m.id %% 20 = nth THEN %(viewer)s ELSE m.id + 7 * nth END AND o.id <> m.id
    ON CONFLICT DO NOTHING;

    INSERT INTO consent_consentstate (member_id, purpose_code, scope_id, event_state, purpose_version, event,
                                      event_time, expires_at, until, is_standing)
    SELECT id, purpose, '', 'ConsentGiven', 1, gen_random_uuid(), now(), now() + interval '24 months',
           now() + interval '24 months', true
    FROM members_member
    CROSS JOIN (VALUES ('profile.directory'), ('profile.details'), ('location.area'), ('profile.photo'),
                       ('content.public'), ('contact.mention')) AS purposes (purpose);

    ANALYZE members_member, people_profile, people_topic, people_membertopic, people_chosen, people_picture,
            consent_consentstate;
"""


@pytest.fixture
def crowd(ada: Member) -> Iterator[None]:
    uses._noted.clear()
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"members": MEMBERS, "topics": TOPICS, "viewer": ada.pk})
    yield
    uses._noted.clear()


def test_the_directory_costs_six_queries_and_reads_no_more_than_it_needs(crowd: None, as_ada: Client) -> None:
    after = as_ada.get("/people/").context["after"]
    pages = {
        "everybody": {},
        "everybody, later": {"after": after},
        "common skill": {"skill": "Topic 1"},
        "common skill, later": {"skill": "Topic 1", "after": after},
        "rare skill": {"skill": "Topic 77"},
        "no such skill": {"skill": "Nothing"},
        "interest": {"interest": "Topic 78"},
        "common language": {"language": "en"},
        "rare language": {"language": "ga"},
        "common place": {"place": "Cor"},
        "rare place": {"place": "ballyhaunis"},
        "name": {"q": "elodie 0"},
        "username": {"q": "person77"},
        "all at once": {"q": "Bo", "skill": "Topic 1", "learn": "Topic 1", "language": "en", "place": "cork"},
    }
    figures = {}
    for name, filters in pages.items():
        with CaptureQueriesContext(connection) as queries:
            started = time.perf_counter()
            response = as_ada.get("/people/", filters)
            milliseconds = (time.perf_counter() - started) * 1000
        found = len(response.context["people"])
        figures[name] = f"{found} people, {len(queries)} queries, {milliseconds:.1f} ms"
        budget = QUERIES if filters and found else QUERIES + 1  # the seventh asks whether the reader is in the list
        assert len(queries) <= budget, [query["sql"][:120] for query in queries]
        watched = LARGE - {"people_profile"} if "language" in filters else LARGE  # who speaks it may be half of all
        faults = [fault for query in queries for fault in _faults(query["sql"], watched)]
        if faults:
            pytest.fail("\n".join([name, *faults]), pytrace=False)
    print(json.dumps(figures, indent=1))


def _faults(sql: str, watched: set[str]) -> list[str]:
    if not sql.startswith("SELECT"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        plan = cursor.fetchone()[0][0]["Plan"]
    scans = [node["Relation Name"] for node in _nodes(plan) if node["Node Type"] == "Seq Scan"]
    faults = [f"sequential scan of {name}" for name in scans if name in watched]
    return [*faults, *_lines(plan), sql] if faults else []


def _lines(node: dict[str, Any], depth: int = 0) -> Iterator[str]:
    where = node.get("Index Name") or node.get("Relation Name", "")
    yield f"{'  ' * depth}{node['Node Type']} {where}: {node['Actual Rows']:.0f} rows (of {node['Plan Rows']}), {node['Actual Loops']} times"
    for child in node.get("Plans", []):
        yield from _lines(child, depth + 1)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from _nodes(child)
