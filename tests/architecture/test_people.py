"""What members tell about themselves is read in one place, `members.people.queries`, and shown as it answers."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROOMS = ("commons", "members", "notifications", "forum", "events", "pages")
READERS = {"members/people/queries.py", "members/people/models.py", "members/people/holdings.py"}
WRITERS = "members/people/actions/"
KEPT = {"Profile", "MemberTopic", "Chosen", "Thanks", "AccessNeeds", "AccessHost", "Picture"}
ATTRIBUTES = {"profile", "picture", "member_topics", "topic_pairs", "folded_area", "sealed"}
IN_TEMPLATES = re.compile(
    r"\b(?:user|person|member|author|other|word|shown\.person)\.(?:profile|picture|member_topics)\b"
)


def readings(source: str) -> Iterator[str]:
    """Where code takes hold of a table of these, or goes to it from a member."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "members.people.models":
            yield from (f"imports {alias.name}" for alias in node.names if alias.name in KEPT)
        if isinstance(node, ast.ImportFrom) and node.module == "members.people":
            yield from (f"imports {alias.name}" for alias in node.names if alias.name in {"models", "sealing"})
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ATTRIBUTES
            and ast.unparse(node.value) not in {"views", "actions"}
        ):
            yield ast.unparse(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\b(?:profile|picture|member_topics)__\w+", node.value)


@pytest.mark.parametrize(
    "bad",
    [
        "from members.people.models import Profile", "from members.people import sealing", "x = member.profile.about",
        "Member.objects.values('profile__area')",
    ],
)  # fmt: skip
def test_a_reading_is_seen(bad: str) -> None:
    assert list(readings(bad))


@pytest.mark.parametrize("good", ["from members.people.models import Topic", "shown.about", "path('', views.profile)"])
def test_what_only_looks_like_one_is_not(good: str) -> None:
    assert not list(readings(good))


def test_nobody_else_reads_what_members_tell() -> None:
    found = [
        f"{name}: {reading}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if (name := path.relative_to(ROOT).as_posix()) not in READERS
        and not name.startswith(WRITERS)
        and "/migrations/" not in name
        for reading in readings(path.read_text())
    ]
    assert found == []


def test_no_template_goes_to_it_from_a_member() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in (ROOT / "templates").rglob("*.html")
        for match in IN_TEMPLATES.finditer(path.read_text())
    ]
    assert found == []
