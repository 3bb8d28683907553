from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"

    def ready(self) -> None:
        from commons.limits import tells_limits
        from forum.queries import keepings
        from forum.rules import limits
        from members.trust.keeping import tells_keeping

        tells_limits(limits)
        tells_keeping(keepings)
