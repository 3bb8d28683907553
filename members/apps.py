from django.apps import AppConfig

from commons import jinja


class MembersConfig(AppConfig):
    name = "members"

    def ready(self) -> None:
        from members.templatetags.people import initials, tone

        jinja.filters(initials=initials, tone=tone)
