from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "members.trust"

    def ready(self) -> None:
        from commons.limits import tells_limits
        from members.trust.rules import limits

        tells_limits(limits)
