"""What a person types in a form becomes a date or whole øre, or a sentence that says what to type."""

from datetime import date

import pytest
from django import forms
from django.template import engines

from pages.fields import DanishDateField
from pages.forms import NamesItsFields
from pool.fields import KronerField


@pytest.fixture(autouse=True)
def files_as_they_are(settings):
    """No collected files in a test: the address of the icons is not what is tested here."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


class Form(NamesItsFields, forms.Form):
    title = forms.CharField(label="Titel")
    start = DanishDateField(label="Start")
    sought = KronerField(label="Søgt", smallest=1_000_000, largest=52_000_000)


def filled(**changes):
    return Form({"title": "x", "start_day": "3", "start_month": "2", "start_year": "2026", "sought": "12.500", **changes})


def test_three_numbers_become_a_date_and_danish_kroner_become_ore():
    form = filled(sought="12.500,50 kr.")
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"title": "x", "start": date(2026, 2, 3), "sought": 1_250_050}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"start_day": "31"}, "start", "Datoen passer ikke. Skriv den fx som 3 2 2026."),
        ({"start_year": "26"}, "start", "Datoen passer ikke. Skriv den fx som 3 2 2026."),
        ({"start_month": ""}, "start", "Datoen mangler dag, måned eller år. Skriv den fx som 3 2 2026."),
        ({"sought": "9.999,99"}, "sought", "Beløbet skal være mindst 10.000\N{NO-BREAK SPACE}kr."),
        ({"sought": "520.000,01"}, "sought", "Beløbet må højst være 520.000\N{NO-BREAK SPACE}kr."),
        ({"sought": "mange"}, "sought", "Skriv et beløb i kroner, fx 12.500 eller 12.500,50."),
        ({"title": ""}, "title", "Udfyld feltet «Titel»."),
    ],
)
def test_each_error_says_what_to_do(changes, field, sentence):
    assert filled(**changes).errors == {field: [sentence]}


def test_an_amount_in_ore_is_shown_in_kroner_again():
    assert Form(initial={"sought": 1_250_050})["sought"].value() == "12.500,50"


def test_an_unchanged_date_and_amount_are_no_change():
    form = Form(filled().data, initial={"title": "x", "start": date(2026, 2, 3), "sought": 1_250_000})
    assert form.changed_data == []


def page(text, **context):
    return engines["django"].from_string(text).render(context)


def test_the_error_summary_links_to_the_input_with_the_same_words_and_keeps_what_was_typed():
    form = filled(start_day="31", title="<b>")
    html = page("{% error_summary form %}{{ form|crispy }}", form=form)
    assert '<a href="#id_start_0">Datoen passer ikke. Skriv den fx som 3 2 2026.</a>' in html
    assert 'id="id_start_0" value="31"' in html
    assert html.count("Datoen passer ikke. Skriv den fx som 3 2 2026.") == 2
    assert "&lt;b&gt;" in html and "<b>" not in html


def test_nothing_is_summed_up_when_all_is_well():
    assert page("{% error_summary form %}", form=filled()) == ""


def test_rows_of_a_formset_come_with_an_empty_one_to_clone_and_a_button_for_the_server():
    rows = forms.formset_factory(Form, extra=0, can_delete=True)(initial=[{"title": "Jord"}], prefix="lines")
    html = page("{% formset_rows rows 'Budgetlinje' %}", rows=rows)
    assert 'name="lines-0-title"' in html and 'name="lines-__prefix__-title"' in html
    assert 'name="add_row" value="lines"' in html and 'name="lines-0-DELETE"' in html
