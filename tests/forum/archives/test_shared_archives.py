"""Archives of real lists, by several archivers. What is expected of each was counted by eye."""

import re
from pathlib import Path
from typing import Any

import pytest

from commons import markup
from commons.mail import markdown, mbox, message
from commons.mail.message import EMPTY
from forum.archives import titles
from tests.forum.archives.conftest import Read
from tests.forum.archives.letters import NOW, SHARED

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not here")

LISTS = SHARED / "mbox"
ARCHIVES = sorted(LISTS.rglob("*.mbox"))
MAILS = sorted(path for path in (SHARED / "mail").rglob("*") if path.suffix in {".eml", ""} and path.is_file())
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")

EXPECTED = {
    "3GPP_TSG_RAN_WG4_NR-MIMO-OTA": (59, 7),
    "3GPP_TSG_SA_WG4_EVS": (50, 2),
    "asterix-dev-201709-mailarchivesao": (53, 0),
    "bigbang-2001-November": (164, 0),
    "bigbang-dev": (6, 0),
    "commits_ponymail_apache_org_2016-06": (82, 0),
    "empty_attachment": (1, 1),
    "empty_body": (1, 1),
    "httpd-users-200606-part": (12, 0),
    "httpd-users-2020-07": (108, 0),
    "httpd-users-2020-07.asf": (108, 0),
    "maven-dev-2017-11-listsao": (320, 0),
    "maven-dev-2017-11-mailarchivesao": (317, 0),
    "maven-dev-2017-11-mboxvm": (317, 0),
    "maven-dev-2017-12-listsao": (222, 0),
    "maven-dev-2017-12-mailarchivesao": (221, 0),
    "maven-dev-2017-12-mboxvm": (221, 0),
    "nexus-html-only": (3, 0),
    "cases/NoList": (1, 1),
    "cases/attachments": (5, 0),
    "cases/empty": (0, 0),
    "cases/minimal": (1, 0),
    "cases/nodate": (1, 0),
    "cases/tests": (15, 0),
}
"""How many messages, and how many of them say nothing."""


def read_all(path: Path) -> list[message.Message]:
    with path.open("rb") as file:
        return [message.parse(raw, now=NOW) for raw in mbox.messages(file)]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("path", ARCHIVES, ids=lambda path: str(path.relative_to(LISTS)))
def test_every_archive_is_read_and_publishes_no_address(path: Path) -> None:
    for found in read_all(path):
        if found.skipped:
            assert found.skipped == EMPTY
            continue
        source = markdown.source(found)
        assert source.strip()
        published = f"{source}\n{found.author.name}\n{titles.clean(found.heading.subject)}"
        assert not ADDRESS.findall(published)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_archive_holds_what_was_counted(name: str) -> None:
    found = read_all(LISTS / f"{name}.mbox")

    assert (len(found), sum(one.skipped == EMPTY for one in found)) == EXPECTED[name]


@pytest.mark.parametrize("path", MAILS, ids=lambda path: str(path.relative_to(SHARED)))
@pytest.mark.timeout(90)
def test_every_broken_mail_is_read(path: Path) -> None:
    for found in read_all(path):
        if not found.skipped:
            html = markup.render(markdown.source(found)).html
            assert "\0" not in html


@pytest.mark.parametrize(
    ("name", "author", "words"),
    [
        ("text_enriched", "Kumar Thotapally", "I am able to startup and shutdown multiple JVMs"),
        ("tomcat-ancient-boundary", "Wilson, Allen", "...this should definitely help....thanks..."),
        ("nexus-html-only", "Nexus Repository Manager", "**Deployer properties:**"),
        ("bigbang-dev", "Sebastian Benthall", "this is a test"),
        ("cases/mod-openoffice-users-de-201612-6891", "Josef Latt", "Am 18.12.2016 um 15:01 schrieb Matthias Müller:"),
        ("cases/sig1", "Rob Cluett", "- Attached: smime.p7m (8.4\xa0KB), not stored"),
    ],
)
def test_a_hard_case_says_what_its_writer_said(name: str, author: str, words: str) -> None:
    first = read_all(LISTS / f"{name}.mbox")[0]

    assert author in first.author.name
    assert words in markdown.source(first)


@pytest.mark.slow  # over two thousand real messages
@pytest.mark.timeout(120)
def test_all_archives_in_one_import_make_one_post_of_each_letter(read: Read) -> None:
    figures: dict[str, Any] = read(*ARCHIVES)

    assert {name: figures[name] for name in ("messages", "threads", "posts", "skipped")} == {
        "messages": 2437,
        "threads": 397,
        "posts": 1018,
        "skipped": {"duplicate": 1406, "empty": 11, "no date": 2},
    }
    assert sum(line.startswith("skipped ") for line in figures["said"]) == 1419
