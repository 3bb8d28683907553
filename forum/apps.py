from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"

    def ready(self) -> None:
        from forum.queries import greeting_room
        from members.welcome.arrivals import tells_greeting_room

        tells_greeting_room(greeting_room)
