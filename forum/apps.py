from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"

    def ready(self) -> None:
        from commons.contributions import tells_recent
        from commons.limits import tells_limits
        from commons.searching import keeps_shelf, searches
        from forum import by_mail, mirrors
        from forum.notices import register_kinds
        from forum.queries import greeting_room, keepings, recent_posts
        from forum.rules import limits
        from forum.search import found_posts, titled_shelf
        from members.trust.keeping import tells_keeping
        from members.welcome.arrivals import tells_greeting_room

        register_kinds()
        by_mail.open_doors()
        mirrors.open_doors()
        tells_greeting_room(greeting_room)
        tells_keeping(keepings)
        tells_limits(limits)
        tells_recent(recent_posts)
        keeps_shelf(titled_shelf)
        searches("forum", found_posts)
