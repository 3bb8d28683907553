"""Whatever somebody typed when their session had ended stands in its form again after sign-in, in every room."""

import pytest
from django.test import Client

from forum.models import Category
from members.models import Member
from tests.cast import says_yes, sign_in

WORDS = "Long thoughts about soup"


def sends_without_session(client: Client, page: str, action: str, **typed: object) -> str:
    """The page to which sign-in leads."""
    response = client.post(action, typed, headers={"Referer": f"http://testserver{page}"})
    assert response.headers["Location"].startswith("/account/login/?next=")
    return page


@pytest.mark.parametrize(
    ("page", "action", "typed"),
    [
        ("/me/profile/", "/me/profile/", {"about": WORDS, "pronouns": "they/them"}),
        ("/people/bo/", "/people/bo/thank/", {"words": WORDS, "is_public": "on"}),
        ("/people/bo/ask/", "/people/bo/ask/", {"words": WORDS}),
        ("/me/notifications/", "/me/notifications/", {"zone": "Europe/Lisbon"}),
        ("/forum/table/new/", "/forum/table/new/", {"title": "Soup", "source": WORDS}),
        (
            "/forum/table/new/",
            "/forum/preview/",
            {"title": "Soup", "source": WORDS, "file_description": ""},
        ),
    ],
)
def test_it_stands_in_its_form_once(
    page: str, action: str, typed: dict[str, str], client: Client, ada: Member, bo: Member
) -> None:
    says_yes(bo, "contact.requests", "profile.directory")
    Category.objects.create(slug="table", name="Table", visibility="members")
    sends_without_session(client, page, action, **typed)
    sign_in(client, ada)

    first, again = (client.get(page) for _ in range(2))

    told = "You had to sign in before this could be sent."
    assert first.status_code == 200
    assert told in first.content.decode()
    shown = first.content.decode()
    assert WORDS in shown or '<option value="Europe/Lisbon" selected>' in shown
    assert told not in again.content.decode()
    assert f">\n{WORDS}" not in again.content.decode()


def test_needs_that_are_kept_sealed_wait_nowhere_else(client: Client, ada: Member) -> None:
    says_yes(ada, "special.access_needs")
    sends_without_session(client, "/me/access-needs/", "/me/access-needs/", text="A ramp, please")
    sign_in(client, ada)

    assert "A ramp" not in client.get("/me/access-needs/").content.decode()
    assert "A ramp" not in str(dict(client.session))
