"""Units and persons from a file: choose it, see what it would change, confirm. Changes nothing before the last."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents import incoming
from documents.sheets import SheetColumn, build_csv, build_xlsx
from journal import clock
from pages.access import opens_to
from pages.forms import NamesItsFields
from people import file_columns, file_pages, from_file
from people.roles import Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FileForm(NamesItsFields, forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Fil"), help_text=gettext_lazy("CSV eller Excel (.xlsx), højst 5 MB og 5.000 rækker."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}), allow_empty_file=True,
    )  # fmt: skip

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > incoming.LARGEST_FILE:
            raise forms.ValidationError(incoming.TOO_LARGE)
        return file


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def choose(request):
    form = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if getattr(request, "refused_file", False):
        form.errors.clear()
        form.add_error("file", incoming.TOO_LARGE)
    elif request.method == "POST" and form.is_valid():
        try:
            from_file.keep(request.user, form.cleaned_data["file"].name, form.cleaned_data["file"].read())
            return redirect("people:file-difference")
        except ValidationError as refusal:
            form.add_error("file", refusal)
    context = {"form": form, "kept": from_file.kept(request.user), "kinds": file_pages.explained()}
    return render(request, "people/from_file.html", context)


@opens_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def difference(request):
    """What the file would change; posted, it is done, unless it is no longer what was shown."""
    file, changed = from_file.kept(request.user), False
    if file is None:
        messages.info(request, _("Vælg en fil først. En fil, der ikke er gennemført, glemmes efter et døgn."))
        return redirect("people:from-file")
    if request.method == "POST":
        try:
            made = from_file.confirm(file, seen=request.POST.get("seen", ""), invited="invited" in request.POST)
            messages.success(request, file_pages.done(made, invited="invited" in request.POST))
            return redirect("people:units")
        except from_file.ShownAnew:
            changed = True
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
    context = {"file": file, "changed": changed, **file_pages.shown(from_file.plan(file)), "form": FileForm()}
    return render(request, "people/file_difference.html", context, status=409 if changed else 200)


@opens_to(Role.ADMINISTRATOR)
@require_POST
def forget(request):
    from_file.forget(request.user)
    messages.info(request, _("Filen er glemt. Intet er ændret."))
    return redirect("people:from-file")


@opens_to(Role.ADMINISTRATOR)
@require_GET
def difference_csv(request):
    """The errors when there are any, else the whole difference."""
    file = from_file.kept(request.user)
    if file is None:
        raise Http404
    columns, rows = file_pages.as_rows(from_file.plan(file))
    return _to_keep(build_csv(columns, rows), "text/csv", _("forskelle.csv"))


@opens_to(Role.ADMINISTRATOR)
@require_GET
def template(request, kind: str):
    """An example to fill in."""
    columns = {"enheder": file_columns.UNITS, "personer": file_columns.PERSONS}[kind]
    sheet = [SheetColumn(str(column.label), width=24) for column in columns]
    title = _("Enheder") if kind == "enheder" else _("Personer")
    content = build_xlsx(title, sheet, [[column.example for column in columns]], title=title, moment=clock.now())
    return _to_keep(content, XLSX, f"{kind}.xlsx")


def _to_keep(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
