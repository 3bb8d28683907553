from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"

    def ready(self) -> None:
        from commons.contributions import tells_recent
        from forum.queries import greeting_room, recent_posts
        from members.welcome.arrivals import tells_greeting_room

        tells_greeting_room(greeting_room)
        tells_recent(recent_posts)
