"""The register of factors: read from the files, replaced and never overwritten, looked up by key.

A factor whose facts changed in the files gets a new row from today on and the old one ends, superseded; one that is
gone from the files ends. Importing the same files again changes nothing. Only rows of the files' own sources are touched:
a number that a person typed with a source of its own (climate.superseding) stands until a person replaces it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from climate import factor_files
from climate.models import Factor, FactorSource
from journal import chain, clock

SUBJECT = "klimafaktorer"
COMPARED = (*factor_files.FIELDS, "low", "high")


class NoFactors(Exception):
    """The register is empty or lacks a factor: the house has not read its files."""


@dataclass(frozen=True)
class Imported:
    added: int
    replaced: int
    ended: int


@transaction.atomic
def import_factors(facts: Iterable[factor_files.Facts] | None = None) -> Imported:
    """Bring the register up to what the files say."""
    wanted = {each.key: each for each in (factor_files.factors() if facts is None else facts)}
    sources = {row["key"]: _source(row) for row in factor_files.sources()}
    current = {row.key: row for row in Factor.objects.filter(valid_to=None, source__in=sources.values())}
    typed = set(Factor.objects.filter(valid_to=None).exclude(source__in=sources.values()).values_list("key", flat=True))
    new = [each for key, each in wanted.items() if key not in current and key not in typed]
    changed = [each for key, each in wanted.items() if key in current and _differs(current[key], each, sources)]
    gone = [row for key, row in current.items() if key not in wanted]
    today = clock.today()
    Factor.objects.filter(pk__in=[row.pk for row in gone]).update(valid_to=today)
    for each in changed:
        _replace(current[each.key], each, sources)
    Factor.objects.bulk_create(_row(each, sources) for each in new)
    done = Imported(len(new), len(changed), len(gone))
    if done != Imported(0, 0, 0):
        payload = {
            "nye": len(new),
            "afløst": sorted(each.key for each in changed),
            "udgået": sorted(row.key for row in gone),
        }
        chain.record(SUBJECT, "import_factors", None, payload)
    return done


def current(families: Iterable[str]) -> dict[str, Factor]:
    """The factors in force of some families, by key."""
    rows = Factor.objects.filter(valid_to=None, family__in=families).select_related("source")
    return Lookup((row.key, row) for row in rows)


class Lookup(dict):
    """Factors by key; a missing one is said, never guessed."""

    def __missing__(self, key):
        raise NoFactors(key)


def _source(row: dict) -> FactorSource:
    return FactorSource.objects.update_or_create(key=row["key"], defaults=row)[0]


def _row(facts: factor_files.Facts, sources: dict) -> Factor:
    return Factor(**facts.fields(), source=sources[facts.source], valid_from=clock.today())


def _differs(row: Factor, facts: factor_files.Facts, sources: dict) -> bool:
    fields = facts.fields()
    return row.source_id != sources[facts.source].pk or any(getattr(row, name) != fields[name] for name in COMPARED)


def _replace(old: Factor, facts: factor_files.Facts, sources: dict) -> None:
    Factor.objects.filter(pk=old.pk).update(valid_to=clock.today())
    new = _row(facts, sources)
    new.save()
    Factor.objects.filter(pk=old.pk).update(superseded_by=new)
