from django.apps import AppConfig


class AfterConfig(AppConfig):
    name = "events.after"

    def ready(self) -> None:
        from commons.files.places import Place, declare
        from commons.searching import searches
        from events.after.notices import register_kinds
        from events.after.places import DATE, address_of, can_help_at, dates_visible_to
        from events.after.queries import part_of
        from events.after.search import OUTCOMES, WRITE_UPS
        from events.parts import tells_part

        declare(Place(DATE, dates_visible_to, can_help_at, address_of))
        register_kinds()
        searches("events.outcomes", OUTCOMES)
        searches("events.write_ups", WRITE_UPS)
        tells_part(part_of)
