from django.apps import AppConfig
from django.urls import reverse


class ForumConfig(AppConfig):
    name = "forum"

    def ready(self) -> None:
        from commons.access import Allowed
        from commons.contributions import tells_recent
        from commons.files.places import Place, declare
        from commons.limits import tells_limits
        from commons.searching import keeps_shelf, searches
        from forum import by_mail, mirrors, subjects
        from forum.files import DRAFT, POST, address_of, drafts_visible_to, posts_visible_to
        from forum.notices import register_kinds
        from forum.queries import can_describe_at, greeting_room, keepings, recent_posts
        from forum.rules import limits
        from forum.search import ROOM, titled_shelf
        from forum.visitors import note_shown
        from members.trust.keeping import tells_keeping
        from members.welcome.arrivals import tells_greeting_room

        declare(Place(POST, posts_visible_to, can_describe_at, address_of, seen=note_shown))
        declare(Place(DRAFT, drafts_visible_to, lambda _reader, _key: Allowed(), lambda _key: reverse("forum:drafts")))
        register_kinds()
        by_mail.open_doors()
        mirrors.open_doors()
        subjects.hold()
        tells_greeting_room(greeting_room)
        tells_keeping(keepings)
        tells_limits(limits)
        tells_recent(recent_posts)
        keeps_shelf(titled_shelf)
        searches("forum", ROOM)
