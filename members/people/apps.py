from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "members.people"

    def ready(self) -> None:
        from commons.searching import keeps_shelf
        from members.people.search import people_shelf

        keeps_shelf(people_shelf)
