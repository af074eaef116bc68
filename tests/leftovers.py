"""Every place where a word can lie: all columns of all tables, every file of the store and its name, papers opened."""

from django.apps import apps
from django.core.files.storage import default_storage

from applications.sweeping import FOLDERS, _files_under
from tests.test_canaries import text_of


def in_tables() -> dict[str, str]:
    """The text of every column: «model.field» → all of it."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._base_manager.values_list(*names):
            for name, value in zip(names, row, strict=True):
                if value not in (None, "", [], {}):
                    key = f"{model._meta.label}.{name}"
                    found[key] = f"{found.get(key, '')}\n{value}"
    return found


def in_files() -> dict[str, str]:
    """The text of every file in the store, with its name."""
    found = {}
    for folder in FOLDERS:
        for name in _files_under(folder):
            with default_storage.open(name) as file:
                found[name] = f"{name}\n{text_of(file.read(), '')}"
    return found
