"""Only actions write."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROOMS = ("commons", "members", "notifications", "forum", "events", "pages")
WRITERS = (
    "/actions", "/migrations/", "/management/", "/admin.py", "/archives/", "forum/subscribers.py", "members/models.py",
    "commons/journal.py", "commons/outbox.py", "commons/undeliverable.py", "commons/health.py", "commons/tasks.py", "pages/demo.py",
    "commons/files/storage.py", "commons/files/cleaning/",
    "members/consent/publishing.py", "members/consent/uses.py", "members/welcome/applying.py",
)  # fmt: skip
VERBS = {"save", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update", "delete"}


def writes(source: str) -> Iterator[str]:
    """Calls that change rows: any `.save()`, and writing verbs on what grew from `.objects`."""
    for node in ast.walk(ast.parse(source)):
        is_verb = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in VERBS
        if is_verb and (node.func.attr == "save" or ".objects." in ast.unparse(node.func)):
            yield ast.unparse(node)[:80]


@pytest.mark.parametrize("bad", ["post.save()", "Post.objects.create(x=1)", "Post.objects.filter(pk=1).update(x=2)"])
def test_a_write_is_seen(bad: str) -> None:
    assert list(writes(bad))


@pytest.mark.parametrize(
    "good", ["names.update(more)", "Post.objects.filter(pk=1)", "session.delete()", "cache.delete('x')"]
)
def test_what_only_looks_like_a_write_is_not(good: str) -> None:
    assert not list(writes(good))


def test_only_actions_write() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {write}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if not any(part in f"/{path.relative_to(ROOT)}" for part in WRITERS)
        for write in writes(path.read_text())
    ]
    assert found == []
