"""What must not stand in a tracked file, and what must stand in the documents."""

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from commons import outbox
from commons.config.celery import app
from commons.config.schedule import SCHEDULE

ROOT = Path(settings.BASE_DIR)
OPERATIONS = ROOT / "docs" / "operations.md"
READ = re.compile(
    r'env\.(?:text|flag|number|secret|words|table)\(\s*"([A-Z_]+)"|environ(?:\.get\(|\[|\.setdefault\()"([A-Z_]+)"'
)
NOT_FOR_OPERATORS = {"DJANGO_SETTINGS_MODULE", "COMMONS_EPHEMERAL", "COMMONS_DEVELOPMENT"}
PUBLISHED = re.compile(r'publish\(\s*"([a-z_.]+)"')
ROOMS = ("commons", "members", "notifications", "forum", "events", "pages")


def tracked(*endings: str) -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name.endswith(endings) and (ROOT / name).exists()]


def code() -> list[Path]:
    return [path for path in tracked(".py") if path.relative_to(ROOT).parts[0] in ROOMS]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("work left undone", re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XXX)\b")),
        ("a path of one machine", re.compile("/" + r"(?:work|root)/|/home/[a-z]")),
        ("an exception from a rule without its name", re.compile(r"# noqa(?!: [A-Z]+\d+)|# type: ignore(?!\[)")),
        (
            "an exception from a rule without a reason",
            re.compile(r"# noqa: [A-Z0-9, ]+$|# type: ignore\[[a-z-]+\]$", re.MULTILINE),
        ),
        ("the address of a registry", re.compile(r"pypi\." + r"org|registry\.npm" + r"js|files\.pythonhosted")),
    ],
)
def test_nothing_is_left_lying_about(what: str, pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked(".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".sh", ".yml", "Makefile")
        if path.name != "test_words.py" and "vendor" not in path.parts
        for match in pattern.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == [], what


def test_every_setting_is_in_the_example_and_in_the_operators_guide() -> None:
    read = {name for path in code() for pair in READ.findall(path.read_text()) for name in pair if name}
    example, guide = (ROOT / ".env.example").read_text(), OPERATIONS.read_text()
    wanted = {name for name in read - NOT_FOR_OPERATORS if not name.endswith("_FILE")}

    assert len(wanted) > 15
    assert [name for name in sorted(wanted) if not re.search(rf"^#? ?{name}=", example, re.MULTILINE)] == []
    assert [name for name in sorted(wanted) if f"`{name}`" not in guide] == []


@pytest.mark.django_db  # Celery checks the models when it looks for tasks
def test_every_line_of_the_schedule_is_a_task_and_is_explained() -> None:
    app.loader.import_default_modules()

    assert [entry["task"] for entry in SCHEDULE.values() if entry["task"] not in app.tasks] == []
    assert [name for name in SCHEDULE if f"`{name}`" not in OPERATIONS.read_text()] == []


def test_every_event_has_listeners_and_is_explained() -> None:
    published = {name for path in code() for name in PUBLISHED.findall(path.read_text())}
    listened = {name for name, subscribers in outbox._subscribers.items() if subscribers}
    concepts = (ROOT / "docs" / "concepts.md").read_text()

    assert published == {name for name in listened if not name.startswith("test.")}
    assert [name for name in sorted(published) if f"`{name}`" not in concepts] == []


def test_every_template_is_used() -> None:
    text = "\n".join(path.read_text() for path in [*code(), *tracked(".html", ".txt")])
    third_party = ("allauth/", "account/", "mfa/", "django/", "admin/")
    by_name = {"400.html", "403.html", "404.html", "429.html", "500.html"}
    paths = [path for path in tracked(".html", ".txt") if "templates" in path.parts]
    names = [str(path.relative_to(ROOT / "templates")) for path in paths if not path.with_suffix(".txt").exists()]
    names += [str(path.relative_to(ROOT / "templates")) for path in paths if path.suffix == ".txt"]

    names = [name.removeprefix("jinja2/") for name in names]

    assert [n for n in names if n not in by_name and not n.startswith(third_party) and n not in text] == []


def test_styles_know_no_left_and_right() -> None:
    physical = re.compile(
        r"(?:margin|padding|border)-(?:left|right|top|bottom)|text-align:\s*(?:left|right)|!important"
    )
    found = [f"{p.name}: {m[0]}" for p in tracked(".css") for m in physical.finditer(p.read_text())]

    assert found == []


def test_styles_leave_it_to_the_reader_how_to_hold_the_screen() -> None:
    assert [path.name for path in tracked(".css") if "orientation" in path.read_text()] == []


def test_migrations_are_linear_and_named() -> None:
    for folder in [path for room in ROOMS for path in (ROOT / room).rglob("migrations")]:
        names = sorted(path.stem for path in folder.glob("0*.py"))
        assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]
        assert not any("auto" in name for name in names)
    assert apps.get_app_config("forum")
