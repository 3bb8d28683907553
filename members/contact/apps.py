from django.apps import AppConfig


class ContactConfig(AppConfig):
    name = "members.contact"

    def ready(self) -> None:
        from commons.naming import finds_people
        from members.contact.queries import mentionable

        finds_people(mentionable)
