"""There is no way around the consent gate."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from members.consent import uses
from members.consent.purposes import PURPOSES
from tests.architecture.test_words import code
from tests.members.consent.test_purposes import EFFECTS
from tests.members.people.test_gates import GATES

ROOT = Path(settings.BASE_DIR)
THE_LETTER_BOX = {"commons/letters.py", "commons/smtp.py"}
POSTS_FOR_SERVICE = {
    "commons/letters.py",
    "members/claims.py",  # a code that somebody asked for a moment ago
    "members/security/letters.py",  # service: what keeps an account safe
    "members/consent/letters.py",  # behind the gate
    "notifications/bridge/letters.py",  # answers to a letter that somebody wrote a moment ago
    "events/joining/letters.py",  # to guests of an event, who asked for them and have no account
    "members/trust/letters.py",  # to those concerned by a look at data in an emergency
    "members/rights/notices.py",  # a copy or an erasure that somebody asked for, and answers to complaints
    "members/welcome/applying.py",  # to somebody who asked to join
    "members/welcome/views.py",  # an invitation that a member sends to somebody
}
MAIL = re.compile(r"django\.core\.mail|smtplib|EmailMessage\(|send_mail\(|email_user\(")
OUTSIDE = re.compile(
    r"\b(?:import|from) (?:requests|httpx|urllib3|urllib\.request|aiohttp|http\.client|socket|requests_hardened)\b"
)


def found_in(pattern: re.Pattern[str], *, besides: set[str]) -> list[str]:
    names = {str(path.relative_to(ROOT)): path.read_text() for path in code()}
    return [name for name, text in names.items() if name not in besides and pattern.search(text)]


def test_every_purpose_has_an_effect_that_is_flipped() -> None:
    assert set(PURPOSES) == set(EFFECTS) | {gate.purpose for gate in GATES}


def test_every_purpose_has_a_sink_and_every_sink_a_purpose() -> None:
    assert {purpose for purpose, _words in uses.SINKS.values()} == set(PURPOSES)


def test_mail_leaves_by_one_door() -> None:
    assert found_in(MAIL, besides={*THE_LETTER_BOX, "pages/mail.py", "commons/config/settings.py"}) == []
    assert found_in(re.compile(r"letters\.post\("), besides=POSTS_FOR_SERVICE) == []


def test_other_servers_are_asked_through_one_door() -> None:
    own_machine = {"commons/config/services.py", "pages/management/commands/run.py"}
    assert found_in(OUTSIDE, besides={"commons/net.py", *own_machine}) == []


@pytest.mark.parametrize(
    ("pattern", "bad"),
    [
        (MAIL, "from django.core.mail import send_mail"),
        (OUTSIDE, "import requests"),
        (OUTSIDE, "from requests_hardened import Manager"),
        (OUTSIDE, "import httpx"),
        (OUTSIDE, "import aiohttp"),
        (OUTSIDE, "from urllib.request import urlopen"),
    ],
)
def test_a_way_around_is_seen(pattern: re.Pattern[str], bad: str) -> None:
    assert pattern.search(bad)
