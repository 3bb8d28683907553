"""Controls that forms of several rooms use."""

from django import forms

from commons.widgets import LongSelect

CHOICES = [("", "Any"), ("en", "English"), ("x", '<b>"')]


class Usual(forms.Form):
    one = forms.ChoiceField(choices=CHOICES)


class Long(forms.Form):
    one = forms.ChoiceField(choices=CHOICES, widget=LongSelect)


def test_a_long_choice_is_written_as_any_other() -> None:
    for chosen in ("", "en", "x", None, "there is none"):
        usual, long = (str(form({"one": chosen}, auto_id="here-%s")["one"]) for form in (Usual, Long))
        assert long.strip() == usual.strip()
        assert long.count(" selected") == (chosen in {"", "en", "x", None})
