"""Every address by every role: one table. An address that is not in the table fails."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core import signing
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from guardian.shortcuts import assign_perm

from commons import clock
from events import actions as events
from events.joining import actions as joining
from events.joining import guests
from events.models import Occurrence
from forum import actions
from forum.actions.posts import Text
from forum.models import VIEW, Category, Post
from members.consent import letters
from members.contact import actions as contact
from members.contact.models import ContactRequest
from members.enums import Role, Standing
from members.models import Member, UnclaimedAuthor
from members.rights import notices
from members.rights.models import Breach, Complaint, Erasure
from members.security import letters as security_letters
from members.security.actions import note_sign_in
from members.security.enums import Method
from members.trust import actions as trust
from members.trust.enums import Scope
from members.welcome import actions as welcome
from members.welcome import applying
from members.welcome import letters as welcome_letters
from members.welcome.enums import Feeling
from members.welcome.models import Application, CheckIn
from notifications.bridge import sealing
from notifications.bridge.enums import Outcome
from notifications.bridge.letters import SALT
from notifications.bridge.models import Incoming
from notifications.delivery import settings_link
from notifications.devices.actions import Subscription
from notifications.devices.actions import add as add_device
from tests.cast import says_yes, sign_in
from tests.events.conftest import details, every_week
from tests.support.gifts import ready_picture, status

ROLES = ["visitor", "newcomer", "member", "organiser", "moderator", "facilitator", "administrator", "suspended"]

EVERYBODY = "200 200 200 200 200 200 200 200"
SIGNED_IN = "302 200 200 200 200 200 200 200"
WRITERS = "302 200 200 200 200 200 200 403"
MODERATORS = "302 403 403 403 200 403 403 403"
KEEPERS = "302 404 404 404 200 404 200 404"
KEEPERS_BY_POST = "302 404 404 404 405 404 405 404"
NOBODY_BY_GET = "405 405 405 405 405 405 405 405"
SIGNED_IN_BY_POST = "302 405 405 405 405 405 405 405"
LEADS_ON = "302 302 302 302 302 302 302 302"
HOSTS_OF_EVENTS = ("hosting", "sheet", "terms", "questions")
VISITORS = "200 302 302 302 302 302 302 302"
ADMINISTRATORS = "302 302 302 302 302 302 200 302"
NO_SECOND_STEP = "302 404 404 404 404 404 404 404"
REGISTERS = "302 404 404 404 404 404 200 404"
REGISTERS_BY_POST = "302 404 404 404 404 404 405 404"

# Where a name stands more than once, the note behind "/" says which of its things is asked for:
# a public room, a members' one, a group's own (the facilitator's), or none at all.
TABLE = {
    "pages:home": EVERYBODY,
    "pages:about": EVERYBODY,
    "pages:accessibility": EVERYBODY,
    "pages:source": EVERYBODY,
    "pages:search": EVERYBODY,
    "pages:suggest": SIGNED_IN,
    "pages:theme": LEADS_ON,
    "pages:favicon": LEADS_ON,
    "pages:robots": EVERYBODY,
    "pages:manifest": EVERYBODY,
    "pages:styleguide": EVERYBODY,
    "pages:dev_mail": EVERYBODY,
    "notifications:end": EVERYBODY,
    "notifications:works_again": SIGNED_IN_BY_POST,
    "notifications:revoke": SIGNED_IN_BY_POST,
    "bridge:confirm": EVERYBODY,
    "bridge:letter": "302 404 404 404 404 404 404 404",
    "bridge:service": "404 404 404 404 404 404 404 404",
    "forum:index": EVERYBODY,
    "forum:category/public": EVERYBODY,
    "forum:category/members": "404 200 200 200 200 200 200 200",
    "forum:category/group": "404 404 404 404 404 200 404 404",
    "forum:category/absent": "404 404 404 404 404 404 404 404",
    "forum:category_feed/public": EVERYBODY,
    "forum:category_feed/members": "404 404 404 404 404 404 404 404",
    "forum:category_feed/group": "404 404 404 404 404 404 404 404",
    "forum:category_feed/absent": "404 404 404 404 404 404 404 404",
    "forum:thread/public": EVERYBODY,
    "forum:thread/members": "404 200 200 200 200 200 200 200",
    "forum:thread/group": "404 404 404 404 404 200 404 404",
    "forum:thread/absent": "404 404 404 404 404 404 404 404",
    "forum:thread_feed/public": EVERYBODY,
    "forum:thread_feed/members": "404 404 404 404 404 404 404 404",
    "forum:thread_feed/group": "404 404 404 404 404 404 404 404",
    "forum:thread_feed/absent": "404 404 404 404 404 404 404 404",
    "forum:post/public": LEADS_ON,
    "forum:post/members": "404 302 302 302 302 302 302 302",
    "forum:post/group": "404 404 404 404 404 302 404 404",
    "forum:post/absent": "404 404 404 404 404 404 404 404",
    "forum:history/public": EVERYBODY,
    "forum:history/members": "404 200 200 200 200 200 200 200",
    "forum:history/group": "404 404 404 404 404 200 404 404",
    "forum:history/absent": "404 404 404 404 404 404 404 404",
    "forum:cite/public": SIGNED_IN,
    "forum:cite/members": "302 403 403 403 403 403 403 403",
    "forum:cite/group": "302 404 404 404 404 403 404 404",
    "forum:cite/absent": "302 404 404 404 404 404 404 404",
    "forum:new_thread/public": WRITERS,
    "forum:new_thread/members": WRITERS,
    "forum:new_thread/group": "302 404 404 404 404 200 404 404",
    "forum:new_thread/absent": "302 404 404 404 404 404 404 404",
    "forum:reply/public": WRITERS,
    "forum:reply/members": WRITERS,
    "forum:reply/group": "302 404 404 404 404 200 404 404",
    "forum:reply/absent": "302 404 404 404 404 404 404 404",
    "forum:edit/public": "302 403 200 403 403 403 403 403",
    "forum:edit/members": "302 403 200 403 403 403 403 403",
    "forum:edit/group": "302 404 404 404 404 403 404 404",
    "forum:edit/absent": "302 404 404 404 404 404 404 404",
    "forum:delete/public": "302 403 200 403 200 403 403 403",
    "forum:delete/members": "302 403 200 403 200 403 403 403",
    "forum:delete/group": "302 404 404 404 404 403 404 404",
    "forum:delete/absent": "302 404 404 404 404 404 404 404",
    "forum:split/public": MODERATORS,
    "forum:split/members": MODERATORS,
    "forum:split/group": "302 404 404 404 404 403 404 404",
    "forum:split/absent": "302 404 404 404 404 404 404 404",
    **{
        f"forum:{verb}/{room}": expected
        for verb in ("lock", "unlock", "pin", "unpin", "rename", "move", "merge")
        for room, expected in {
            "public": MODERATORS,
            "members": MODERATORS,
            "group": "302 404 404 404 404 403 404 404",
            "absent": "302 404 404 404 404 404 404 404",
        }.items()
    },
    **{
        f"forum:{verb}/{room}": expected
        for verb in ("pause", "resume", "bump")
        for room, expected in {
            "public": MODERATORS,
            "members": MODERATORS,
            "group": "302 404 404 404 404 403 404 404",
            "absent": "302 404 404 404 404 404 404 404",
        }.items()
    },
    "forum:restating/public": "302 403 403 403 200 200 403 403",
    "forum:restating/members": "302 403 403 403 200 200 403 403",
    "forum:restating/group": "302 404 404 404 404 200 404 404",
    "forum:restating/absent": "302 404 404 404 404 404 404 404",
    "forum:balance/public": "302 403 200 403 200 403 403 403",
    "forum:balance/members": "302 403 200 403 200 403 403 403",
    "forum:balance/group": "302 404 404 404 404 403 404 404",
    "forum:balance/absent": "302 404 404 404 404 404 404 404",
    "forum:calm/public": "302 403 200 403 403 403 403 403",
    "forum:calm/members": "302 403 200 403 403 403 403 403",
    "forum:calm/group": "302 404 404 404 404 403 404 404",
    "forum:calm/absent": "302 404 404 404 404 404 404 404",
    "forum:thank/public": "302 200 403 200 200 200 200 403",
    "forum:thank/members": "302 200 403 200 200 200 200 403",
    "forum:thank/group": "302 404 404 404 404 200 404 404",
    "forum:thank/absent": "302 404 404 404 404 404 404 404",
    "forum:nudge/public": SIGNED_IN,
    "forum:nudge/members": SIGNED_IN,
    "forum:nudge/group": "302 404 404 404 404 200 404 404",
    "forum:nudge/absent": "302 404 404 404 404 404 404 404",
    **{f"forum:{verb}/{room}": SIGNED_IN_BY_POST for verb in ("hush", "heard") for room in ("public", "absent")},
    "forum:how_we_talk/public": MODERATORS,
    "forum:how_we_talk/members": MODERATORS,
    "forum:how_we_talk/group": "302 404 404 404 404 403 404 404",
    "forum:how_we_talk/absent": "302 404 404 404 404 404 404 404",
    "notifications:break": SIGNED_IN,
    **{
        f"files:{name}/{room}": expected
        for name in ("file", "preview")
        for room, expected in {
            "public": EVERYBODY,
            "members": "404 200 200 200 200 200 200 200",
            "group": "404 404 404 404 404 200 404 404",
            "absent": "404 404 404 404 404 404 404 404",
        }.items()
    },
    "files:about/public": SIGNED_IN,
    "files:about/members": SIGNED_IN,
    "files:about/group": "302 404 404 404 404 200 404 404",
    "files:about/absent": "302 404 404 404 404 404 404 404",
    "files:to_describe": SIGNED_IN,
    "forum:draft_files": SIGNED_IN_BY_POST,
    "forum:preview": SIGNED_IN_BY_POST,
    "forum:similar": SIGNED_IN,
    "forum:save_draft": SIGNED_IN_BY_POST,
    "forum:drafts": SIGNED_IN,
    "forum:discard_draft": SIGNED_IN_BY_POST,
    "forum:new": SIGNED_IN,
    "forum:next_new": "302 302 302 302 302 302 302 302",
    "forum:catch_up": SIGNED_IN_BY_POST,
    "forum:bookmarks": SIGNED_IN,
    **{
        f"forum:{verb}/{room}": f"302 {found} {found} {found} {found} {seen} {found} {found}"
        for verb, by_get in (
            ("bookmark", "200"),
            ("leave_unread", "405"),
            ("changes", "200"),
            ("summary_history", "200"),
        )
        for room, found, seen in (
            ("public", by_get, by_get),
            ("members", by_get, by_get),
            ("group", "405" if by_get == "405" else "404", by_get),
            ("absent", "405" if by_get == "405" else "404", "405" if by_get == "405" else "404"),
        )
    },
    **{
        f"forum:{verb}/{room}": expected
        for verb in ("summary", "stage")
        for room, expected in {
            "public": "302 403 200 403 200 403 403 403",
            "members": "302 403 200 403 200 403 403 403",
            "group": "302 404 404 404 404 403 404 404",
            "absent": "302 404 404 404 404 404 404 404",
        }.items()
    },
    "events:agenda": EVERYBODY,
    "events:this_month": LEADS_ON,
    "events:month": EVERYBODY,
    "events:this_week": LEADS_ON,
    "events:week": EVERYBODY,
    "events:calendar_feed": EVERYBODY,
    "events:personal_feed": EVERYBODY,
    "events:personal_feed/absent": "404 404 404 404 404 404 404 404",
    "events:new": WRITERS,
    "events:mine": SIGNED_IN,
    "events:own_feed": SIGNED_IN,
    **{
        f"events:{page}/{kind}": expected
        for page in ("event", "event_feed")
        for kind, expected in {
            "public": EVERYBODY,
            "members": "404 200 200 200 200 200 200 200",
            "draft": "404 404 200 404 404 404 404 404",
            "absent": "404 404 404 404 404 404 404 404",
        }.items()
    },
    **{
        f"events:{page}/{kind}": expected
        for page in ("poster", "invitation")
        for kind, expected in {
            "public": EVERYBODY,
            "members": "404 403 200 403 403 403 403 403",
            "draft": "404 404 403 404 404 404 404 404",
            "absent": "404 404 404 404 404 404 404 404",
        }.items()
    },
    **{
        f"events:thread/{kind}": expected
        for kind, expected in {
            "public": WRITERS,
            "members": WRITERS,
            "draft": "302 404 403 404 404 404 404 404",
            "absent": "302 404 404 404 404 404 404 404",
        }.items()
    },
    **{
        f"events:{verb}/{kind}": expected
        for verb in ("edit", "cancel", "hosts", "date", "cancel_date")
        for kind, expected in {
            "public": "302 403 200 403 403 403 403 403",
            "members": "302 403 200 403 403 403 403 403",
            "absent": "302 404 404 404 404 404 404 404",
        }.items()
    },
    **dict.fromkeys(
        ("events:edit/draft", "events:cancel/draft", "events:hosts/draft"), "302 404 200 404 404 404 404 404"
    ),
    "events:later/public": "302 403 302 403 403 403 403 403",
    "events:later/absent": "302 404 404 404 404 404 404 404",
    "after:history": EVERYBODY,
    **{
        f"after:after/{kind}": expected
        for kind, expected in {
            "public": EVERYBODY,
            "members": "404 200 200 200 200 200 200 200",
            "absent": "404 404 404 404 404 404 404 404",
        }.items()
    },
    **dict.fromkeys(("after:write", "after:give_file", "after:outcomes"), WRITERS),
    "after:links": "302 403 200 200 200 200 200 403",
    "after:write/absent": "302 404 404 404 404 404 404 404",
    "after:changes": "302 404 404 404 404 404 404 404",
    "after:feedback": "302 200 403 200 200 200 200 403",
    "after:answers": "302 403 200 403 403 403 403 403",
    **dict.fromkeys(("after:take_link_away", "after:take_file_away", "after:take_outcome_away"), SIGNED_IN_BY_POST),
    "making:asks": SIGNED_IN,
    "making:asks/draft": "302 404 200 404 404 404 404 404",
    "making:asks/absent": "302 404 404 404 404 404 404 404",
    **dict.fromkeys(("making:take_on", "making:take_back", "making:remove"), SIGNED_IN_BY_POST),
    **dict.fromkeys(("events:publish", "events:discard", "events:copy", "events:confirm"), SIGNED_IN_BY_POST),
    **{
        f"joining:{page}/{kind}": expected
        for page, everyone, nobody in (
            ("join", "302 200 200 200 200 200 200 403", "302 404 404 404 404 404 404 404"),
            ("answer", SIGNED_IN_BY_POST, SIGNED_IN_BY_POST),
            ("media", "302 404 200 404 404 404 404 404", "302 404 404 404 404 404 404 404"),
            ("needs", "302 403 200 403 403 403 403 403", "302 404 404 404 404 404 404 404"),
            ("people", "302 403 200 403 403 403 403 403", "302 404 404 404 404 404 404 404"),
            *((page, "302 403 200 403 403 403 403 403", "302 404 404 404 404 404 404 404") for page in HOSTS_OF_EVENTS),
        )
        for kind, expected in (("public", everyone), ("members", everyone), ("absent", nobody))
        if (page, kind) not in {("media", "members"), ("needs", "members"), ("people", "members")}
    },
    "joining:guest/public": EVERYBODY,
    "joining:guest/members": "404 403 403 403 403 403 403 403",
    "joining:guest/absent": "404 404 404 404 404 404 404 404",
    "joining:confirm": EVERYBODY,
    "joining:confirm/absent": "404 404 404 404 404 404 404 404",
    "joining:own": EVERYBODY,
    "joining:own/absent": "404 404 404 404 404 404 404 404",
    "notifications:inbox": SIGNED_IN,
    "notifications:seen": SIGNED_IN,
    "notifications:read": SIGNED_IN_BY_POST,
    "notifications:follows": SIGNED_IN,
    "notifications:follow": "302 200 200 200 200 200 200 200",
    "notifications:preferences": SIGNED_IN,
    "notifications:pause": SIGNED_IN_BY_POST,
    "notifications:by_letter": EVERYBODY,
    "devices:add": SIGNED_IN_BY_POST,
    "devices:device": "302 404 200 404 404 404 404 404",
    "devices:test": SIGNED_IN_BY_POST,
    "devices:remove": SIGNED_IN_BY_POST,
    "devices:worker": EVERYBODY,
    "devices:renew": NOBODY_BY_GET,
    "people:directory": SIGNED_IN,
    "people:person": "404 200 200 200 200 200 200 200",
    "people:thank": SIGNED_IN_BY_POST,
    "people:choose": SIGNED_IN_BY_POST,
    "people:needs_of": "302 404 404 404 404 404 404 404",
    "people:picture": "302 404 404 404 404 404 404 404",
    "people:profile": SIGNED_IN,
    "people:own_picture": SIGNED_IN,
    "people:delete_picture": SIGNED_IN_BY_POST,
    "people:needs": SIGNED_IN,
    "people:delete_needs": SIGNED_IN_BY_POST,
    "people:thanks": SIGNED_IN_BY_POST,
    "members:unclaimed": EVERYBODY,
    "members:claim": SIGNED_IN_BY_POST,
    "members:prove": SIGNED_IN_BY_POST,
    "consent:choices": SIGNED_IN,
    "consent:history": SIGNED_IN,
    "consent:uses": SIGNED_IN,
    "consent:receipt": SIGNED_IN,
    "consent:download": SIGNED_IN_BY_POST,
    "consent:answer": SIGNED_IN_BY_POST,
    "consent:stop": EVERYBODY,
    "security:overview": SIGNED_IN,
    "security:sessions": SIGNED_IN,
    "security:end_others": SIGNED_IN_BY_POST,
    "security:end_session": SIGNED_IN_BY_POST,
    "security:second_step": SIGNED_IN,
    "security:was_it_you": EVERYBODY,
    "security:alerts": "302 404 404 404 404 404 200 404",
    "security:close_alert": "302 404 404 404 404 404 405 404",
    "rights:data": SIGNED_IN,
    "rights:ask_for_export": SIGNED_IN_BY_POST,
    "rights:download": "302 404 404 404 404 404 404 404",
    "rights:leave": SIGNED_IN,
    "rights:choose": SIGNED_IN,
    "rights:confirm_leaving": LEADS_ON,
    "rights:come_back": EVERYBODY,
    "rights:retention": EVERYBODY,
    "rights:record": EVERYBODY,
    "rights:complaint": EVERYBODY,
    **dict.fromkeys(("rights:breaches", "rights:new_breach", "rights:breach", "rights:edit_breach"), REGISTERS),
    **dict.fromkeys(("rights:notice", "rights:complaints", "rights:answer_complaint"), REGISTERS),
    **dict.fromkeys(("rights:decide", "rights:agree", "rights:close"), REGISTERS_BY_POST),
    "contact:inbox": SIGNED_IN,
    "contact:conversation": "302 200 200 404 404 404 404 404",
    "contact:close": SIGNED_IN_BY_POST,
    "contact:accept": SIGNED_IN_BY_POST,
    "contact:decline": SIGNED_IN_BY_POST,
    "contact:withdraw": SIGNED_IN_BY_POST,
    "contact:no_contacts": SIGNED_IN,
    "contact:ask": "302 403 403 200 200 200 200 403",
    "contact:no_contact": "302 200 403 200 200 200 200 200",
    "contact:allow_contact": SIGNED_IN_BY_POST,
    "trust:who_does_what": EVERYBODY,
    "trust:mine": SIGNED_IN,
    "trust:looks": SIGNED_IN,
    "trust:vouch": "302 403 403 403 403 403 403 403",
    "trust:take_back": SIGNED_IN_BY_POST,
    "trust:own_roles": SIGNED_IN,
    "trust:accept_role": SIGNED_IN_BY_POST,
    "trust:lay_down_role": SIGNED_IN_BY_POST,
    "trust:grants": KEEPERS,
    "trust:confirm_role": KEEPERS_BY_POST,
    "trust:end_role": "302 404 404 404 404 404 200 404",
    "trust:accesses": KEEPERS,
    "trust:emergency": "302 404 404 404 404 404 200 404",
    "trust:confirm_access": KEEPERS_BY_POST,
    "trust:open_access": KEEPERS_BY_POST,
    "trust:close_access": KEEPERS_BY_POST,
    "trust:review_access": "302 404 404 404 200 404 403 404",
    "welcome:look_round": EVERYBODY,
    "welcome:start": "302 302 302 302 302 302 302 302",
    "welcome:step": SIGNED_IN,
    "welcome:check_in": SIGNED_IN,
    "welcome:answer_by_letter": EVERYBODY,
    "welcome:newcomers": SIGNED_IN,
    "welcome:end_pairing": SIGNED_IN_BY_POST,
    "welcome:figures": SIGNED_IN,
    "welcome:invitations": SIGNED_IN,
    "welcome:revoke": SIGNED_IN_BY_POST,
    "welcome:come_in": EVERYBODY,
    "welcome:apply": LEADS_ON,
    "welcome:applied": EVERYBODY,
    "welcome:talk": EVERYBODY,
    "welcome:applications": "302 404 404 200 200 404 404 404",
    "welcome:application": "302 404 404 200 200 404 404 404",
    "welcome:rest_or_leave": SIGNED_IN,
    "welcome:who_invited_whom": "302 404 404 404 200 404 404 404",
    "account_login": VISITORS,
    "account_logout": "302 200 200 200 200 200 200 200",
    "account_inactive": EVERYBODY,
    "account_signup": VISITORS,
    "account_reauthenticate": SIGNED_IN,
    "account_email": SIGNED_IN,
    "account_email_verification_sent": LEADS_ON,
    "account_change_password": SIGNED_IN,
    "account_set_password": LEADS_ON,
    "account_reset_password": EVERYBODY,
    "account_confirm_password_reset_code": LEADS_ON,
    "account_complete_password_reset": LEADS_ON,
    "account_password_reset_completed": EVERYBODY,
    "account_request_login_code": VISITORS,
    "account_confirm_login_code": LEADS_ON,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": LEADS_ON,
    "mfa_reauthenticate": LEADS_ON,
    "mfa_activate_totp": LEADS_ON,
    "mfa_deactivate_totp": NO_SECOND_STEP,
    "mfa_view_recovery_codes": NO_SECOND_STEP,
    "mfa_generate_recovery_codes": LEADS_ON,
    "mfa_download_recovery_codes": NO_SECOND_STEP,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": LEADS_ON,
    "mfa_reauthenticate_webauthn": LEADS_ON,
    "mfa_remove_webauthn": LEADS_ON,
    "mfa_edit_webauthn": LEADS_ON,
    "mfa_login_webauthn": LEADS_ON,
    "admin:index": ADMINISTRATORS,
}


def names() -> Iterator[str]:
    """Every named address of the site; of the admin, the door stands for all."""

    def walk(resolver: URLResolver, space: str = "") -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{pattern.namespace}:" if pattern.namespace else space
                yield from ["admin:index"] if inner == "admin:" else walk(pattern, inner)
            elif isinstance(pattern, URLPattern):
                yield f"{space}{pattern.name}"

    return walk(get_resolver())


def test_every_address_is_in_the_table() -> None:
    assert {row.split("/")[0] for row in TABLE} == set(names())


@pytest.fixture
def media(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined] # pytest-django's wrapper takes any setting


@pytest.fixture
def addresses(db: None, media: None) -> dict[str, str]:
    """What to ask for each row of the table."""
    people = {role: _person(role) for role in ROLES[1:]}
    now = clock.now()
    says_yes(people["member"], "content.public", "contact.requests")
    rooms = {}
    for room in ("public", "members", "group"):
        category = Category.objects.create(slug=room, name=room.title(), visibility=room)
        opening = actions.start_thread(category=category, by=people["member"], title="Soup", text=Text("Who?"), now=now)
        reply = actions.post_reply(parent=opening, by=people["member"], text=Text("Me."), now=now)
        rooms[room] = (f"/forum/{room}/", opening.thread.get_absolute_url(), reply.pk, opening.thread_id)
    group = Group.objects.create(name="The circle")
    group.user_set.add(people["facilitator"])
    assign_perm(VIEW, group, Category.objects.get(slug="group"))
    rooms["absent"] = ("/forum/absent/", "/forum/absent/99999-absent/", 99999, 99999)
    author = UnclaimedAuthor.objects.create(display_name="Old Friend", address_hash=b"x" * 32)
    found = {name: _address(name, author) for name in set(names()) if "/" not in name}
    found |= _registers(people["member"], now) | _files(people["member"], rooms) | _events(people["member"], now)
    pair = ContactRequest.objects.create(asker=people["newcomer"], asked=people["member"], words="Hi", asked_at=now)
    talk = contact.accept(request=pair, surface="test", now=now)
    contact.want_no_contact(member=people["newcomer"], other=people["facilitator"], surface="test", now=now)
    found["contact:conversation"] = talk.get_absolute_url()
    grant = trust.grant_from_command_line(
        member=people["organiser"], role=Role.ORGANISER, reason="She does it already.", now=now
    )
    access = trust.open_in_emergency(
        about=people["member"], by=people["administrator"], scope=Scope.ADDRESS, reason="A fire.", now=now
    )
    found["trust:end_role"] = reverse("trust:end_role", args=[grant.pk])
    found["trust:review_access"] = reverse("trust:review_access", args=[access.pk])
    welcome.begin(member=people["newcomer"], now=now)
    asked = welcome_letters.token(CheckIn.objects.filter(member=people["newcomer"]).earliest("due_at"), Feeling.WELL)
    found["welcome:answer_by_letter"] = reverse("welcome:answer_by_letter", args=[asked])
    applying.apply(name="Eve", email="eve@example.org", words="Hi", submission=uuid4(), site="", now=now)
    talk_before = Application.objects.get()
    found["welcome:talk"] = applying.talk_address(talk_before)
    found["welcome:application"] = f"/moderation/applications/{talk_before.pk}/"
    found["welcome:step"] = "/welcome/steps/choices/"
    found["notifications:follow"] = (
        f"/me/following/place/?place=forum.category:{Category.objects.get(slug='public').pk}"
    )
    found["notifications:by_letter"] = urlsplit(settings_link(people["member"])).path
    device = add_device(
        member=people["member"], subscription=Subscription("https://push.example/1", b"", b""), name="Mine", now=now
    )
    found |= {f"devices:{verb}": reverse(f"devices:{verb}", args=[device.pk]) for verb in ("device", "test", "remove")}
    found["notifications:end"] = "/u/aaaaaaaaaaaaaaaaaaaaaaaaaa/"
    found["bridge:letter"] = "/me/letters/99999/"
    found["bridge:service"] = "/mail/service/inbound/"
    found["bridge:confirm"] = _letter_asked_about(people["member"], now)
    found["consent:stop"] = reverse("consent:stop", args=[letters.token(people["member"], "email.welcome")])
    entry = note_sign_in(
        member=people["member"], device="x", words="Firefox", network="", method=Method.CODE, is_strong=False, now=now
    )
    found["security:was_it_you"] = reverse("security:was_it_you", args=[security_letters.token(entry)])
    for room, (category_path, thread_path, post, thread) in rooms.items():
        found |= {
            f"forum:category/{room}": category_path,
            f"forum:category_feed/{room}": f"{category_path}feed.atom",
            f"forum:new_thread/{room}": f"{category_path}new/",
            f"forum:how_we_talk/{room}": f"{category_path}how-we-talk/",
            f"forum:thread/{room}": thread_path,
            f"forum:thread_feed/{room}": f"{thread_path}feed.atom",
            f"forum:post/{room}": f"/forum/posts/{post}/",
        }
        found |= {
            f"forum:{verb}/{room}": f"/forum/posts/{post}/{verb}/"
            for verb in (
                "cite",
                "history",
                "reply",
                "edit",
                "delete",
                "split",
                "bookmark",
                "nudge",
                "hush",
                "thank",
                "heard",
            )
        }
        found[f"forum:leave_unread/{room}"] = f"/forum/posts/{post}/unread/"
        found[f"forum:summary_history/{room}"] = f"/forum/threads/{thread}/summary/history/"
        verbs = ("lock", "unlock", "pin", "unpin", "rename", "move", "merge", "changes", "summary", "stage")
        verbs += ("pause", "resume", "bump", "restating", "balance", "calm")
        found |= {f"forum:{verb}/{room}": f"/forum/threads/{thread}/{verb}/" for verb in verbs}
    return found


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("role", ROLES)
def test_who_gets_what(role: str, addresses: dict[str, str]) -> None:
    client = Client()
    if role != "visitor":
        sign_in(client, Member.objects.get(username=role))
    column = ROLES.index(role)

    got = {row: status(client, addresses[row]) for row in TABLE}

    assert got == {row: int(expected.split()[column]) for row, expected in TABLE.items()}


def _files(owner: Member, rooms: dict[str, tuple[str, str, int, int]]) -> dict[str, str]:
    """The addresses of a picture in the reply of each room; with the room that is not there, of one that is neither."""
    posts = {room: Post.objects.filter(pk=row[2]).first() for room, row in rooms.items()}
    pictures = {room: ready_picture(owner=owner, post=post).pk if post else 99999 for room, post in posts.items()}
    parts = {"file": "soup.jpg", "preview": "preview/", "about": ""}
    return {
        f"files:{name}/{room}": f"/files/{key}/{part}" for room, key in pictures.items() for name, part in parts.items()
    }


def _person(role: str) -> Member:
    standing = {"newcomer": Standing.NEWCOMER, "suspended": Standing.SUSPENDED}.get(role, Standing.MEMBER)
    roles = [role] if role in Role.values else []
    return Member.objects.create_user(
        role, f"{role}@example.org", "seven quiet rivers", display_name=role, standing=standing, roles=roles
    )


def _events(host: Member, now: datetime) -> dict[str, str]:
    """A public event, one for members and a draft, all of one host, and one that is not there."""
    found = {}
    for kind in ("public", "members", "draft"):
        visibility = {"visibility": kind} if kind != "draft" else {}
        told = details(first_date=now.date(), recurrence=every_week(now.date()), **visibility)
        event = events.prepare(by=host, details=told, now=now)
        if kind != "draft":
            events.publish(event=event, now=now)
        found |= _of_event(kind, event.pk, event.get_absolute_url(), f"{now:%Y%m%d}T190000")
        found[f"making:asks/{kind}"] = f"/events/{event.pk}/asks/"
    found |= _after(host, now)
    found["making:asks/absent"] = "/events/99999/asks/"
    found["making:asks"] = found["making:asks/public"]
    found |= {
        f"making:{verb.replace('-', '_')}": f"/events/{event.pk}/asks/1/{verb}/"
        for verb in ("take-on", "take-back", "remove")
    }
    found |= _of_event("absent", 99999, "/events/99999-absent/", "20261201T190000")
    found |= {f"events:{verb}": f"/events/{event.pk}/{verb}/" for verb in ("publish", "discard", "copy", "confirm")}
    key = events.renew_feed(member=host, now=now)
    found["events:personal_feed"] = reverse("events:personal_feed", args=[key])
    found["events:personal_feed/absent"] = reverse("events:personal_feed", args=["absent"])
    in_a_week = Occurrence.objects.filter(is_public=True, starts_at__gt=now + timedelta(days=6)).with_event()
    found |= _guests(in_a_week.earliest("starts_at"), host, now)
    return found | {"events:month": "/events/month/2026/12/", "events:week": "/events/week/2026/49/"}


def _after(host: Member, now: datetime) -> dict[str, str]:
    """The addresses after dates that have been."""
    found = {"after:after/absent": "/events/99999/dates/20170923T190000/after/"}
    for kind in ("members", "public"):
        first = (now - timedelta(days=3)).date()
        event = events.publish(
            event=events.prepare(by=host, details=details(first_date=first, visibility=kind), now=now), now=now
        )
        base = found[f"after:after/{kind}"] = f"/events/{event.pk}/dates/{first:%Y%m%d}T190000/after/"
    return found | {
        "after:write": f"{base}write/notes/",
        "after:write/absent": f"{base}write/minutes/",
        "after:changes": f"{base}write/notes/history/",
        "after:links": f"{base}links/",
        "after:give_file": f"{base}files/",
        "after:outcomes": f"{base}outcomes/",
        "after:feedback": f"{base}feedback/",
        "after:answers": f"{base}answers/",
        "after:take_link_away": f"{base}links/1/take-away/",
        "after:take_file_away": f"{base}files/1/take-away/",
        "after:take_outcome_away": f"{base}outcomes/1/take-away/",
    }


def _of_event(kind: str, key: int, address: str, date: str) -> dict[str, str]:
    base = f"/events/{key}/"
    return {
        f"events:event/{kind}": address,
        f"events:event_feed/{kind}": f"{base}event.ics",
        **{
            f"events:{verb}/{kind}": f"{base}{verb}/"
            for verb in ("edit", "cancel", "hosts", "poster", "invitation", "thread")
        },
        f"events:date/{kind}": f"{base}dates/{date}/",
        f"events:cancel_date/{kind}": f"{base}dates/{a_week_later(date)}/cancel/",
        **({f"events:later/{kind}": f"{base}dates/{date}/later/"} if kind in {"public", "absent"} else {}),
        **{
            f"joining:{page}/{kind}": f"{base}dates/{a_week_later(date)}/{page}/"
            for page in ("join", "answer", "media", "needs", "people", "hosting", "sheet", "guest")
        },
        f"joining:terms/{kind}": f"{base}joining/",
        f"joining:questions/{kind}": f"{base}questions/",
    }


def a_week_later(date: str) -> str:
    """A date that can still be joined or called off, however late it is today."""
    return f"{datetime.strptime(date, '%Y%m%dT%H%M%S') + timedelta(days=7):%Y%m%dT%H%M%S}"


def _guests(date: Occurrence, host: Member, now: datetime) -> dict[str, str]:
    """A public date that takes guests, to which the host comes too; a guest's links, and links that are no more."""
    joining.set_terms(event=date.event, chosen=joining.Chosen(takes_guests=True), now=now)
    joining.reply(occurrence=date, by=host, said=joining.Reply(), now=now)
    told = {"name": "Eve", "email": "eve@example.org"}
    guest = joining.come_as_guest(occurrence=date, said=joining.Reply(), now=now, **told)
    confirm = guests.confirm_path(guests.Wanted(date.pk, **told), now=now)
    return {
        "joining:confirm": confirm,
        "joining:confirm/absent": f"{confirm[:-3]}x/",
        "joining:own": guests.own_path(guest),
        "joining:own/absent": "/events/guests/absent/",
    }


def _registers(member: Member, now: datetime) -> dict[str, str]:
    """What data rights need to be there."""
    breach = Breach.objects.create(detected_at=now, aware_at=now, nature="integrity", description="A list.")
    complaint = Complaint.objects.create(email="someone@example.org", text="No.", made_at=now)
    left = Erasure.objects.create(member=member, mode="anonymise", asked_at=now, due_at=now + timedelta(days=14))
    names = ("breach", "edit_breach", "decide", "agree", "close")
    return {
        **{f"rights:{name}": reverse(f"rights:{name}", args=[breach.pk]) for name in names},
        "rights:notice": reverse("rights:notice", args=[breach.pk, "people"]),
        "rights:answer_complaint": reverse("rights:answer_complaint", args=[complaint.pk]),
        "rights:download": reverse("rights:download", args=[uuid4()]),
        "rights:choose": reverse("rights:choose", args=["forum.Post"]),
        "rights:come_back": reverse("rights:come_back", args=[notices.return_token(left)]),
    }


def _letter_asked_about(member: Member, now: datetime) -> str:
    """The page on which its owner says whether a letter is theirs."""
    asked = Incoming.objects.create(
        recipient="public@in.commons.localhost",
        message_hash=b"x" * 16,
        sealed_letter=sealing.seal(b"Subject: Hello\n\nWho?"),
        received_at=now,
        outcome=Outcome.ASKED,
        member=member,
    )
    return reverse("bridge:confirm", args=[signing.dumps(asked.pk, salt=SALT)])


def _address(name: str, author: UnclaimedAuthor) -> str:
    for arguments in ([], ["member"], [author.pk], ["member", "none.webp"], ["key"], ["uid", "key"]):
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    return ""
