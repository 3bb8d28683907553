"""The longest form of the site, when the session has ended while it was filled in."""

import re

from django.test import Client

from members.models import Member
from tests.cast import sign_in
from tests.events.views.conftest import typed


def test_a_whole_event_stands_in_the_form_again(client: Client, ada: Member) -> None:
    form = typed(repeats="weekly", weekdays=["1", "3"], place_step_free="no", source="Bring *socks*.\n\nAnd <wool>.")
    client.post("/events/new/?of=talks", form, headers={"Referer": "http://testserver/events/new/?of=talks"})
    sign_in(client, ada)

    page = client.get("/events/new/?of=talks").content.decode()

    assert 'value="Mending circle"' in page
    assert "Bring *socks*.\n\nAnd &lt;wool&gt;.</textarea>" in page
    boxes = re.findall(r'<input[^>]*name="weekdays"[^>]*>', page)
    assert [re.search(r'value="(.)"', box)[1] for box in boxes if " checked" in box] == ["1", "3"]
