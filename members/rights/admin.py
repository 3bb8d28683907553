from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from commons import holdings
from members.rights.models import LegalHold, RetentionPeriod


class LegalHoldForm(forms.ModelForm):
    def clean_holdings(self) -> list[str]:
        labels = self.cleaned_data["holdings"]
        if unknown := [label for label in labels if holdings.holding(label) is None]:
            raise ValidationError(_("There is no holding %(label)s.") % {"label": ", ".join(unknown)})
        return labels


@admin.register(LegalHold)
class LegalHoldAdmin(admin.ModelAdmin):
    """Whoever sets a hold is its reviewer; the person whom it is about reads it on the page of their data."""

    form = LegalHoldForm
    list_display = ["holdings", "basis", "set_at", "until"]
    raw_id_fields = ["member"]
    exclude = ["reviewer"]

    def save_model(self, request: Any, obj: LegalHold, form: Any, change: Any) -> None:
        obj.reviewer = request.user
        super().save_model(request, obj, form, change)


@admin.register(RetentionPeriod)
class RetentionPeriodAdmin(admin.ModelAdmin):
    """Another time than a rule's own. /about/retention/ shows it to everybody at once."""

    list_display = ["rule", "days", "reason", "changed_at"]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name != "rule":
            return super().formfield_for_dbfield(db_field, request, **options)
        rules = [rule for rule in holdings.rules() if rule.is_nightly and not rule.is_fixed]
        return forms.ChoiceField(choices=[(rule.code, f"{rule.code}: {rule.what}") for rule in rules])
