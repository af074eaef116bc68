"""The generation of what the public sees: raised in the transaction of every change, so that no kept page outlives it.

Read once per visit; whatever was kept under an older number is never asked for again. No row yet is generation 0.
"""

from django.db.models import F

from applications.models import PublicSite
from journal import clock


def generation() -> int:
    return PublicSite.objects.filter(pk=1).values_list("generation", flat=True).first() or 0


def changed() -> None:
    """Something that visitors read has changed in this transaction."""
    if not PublicSite.objects.filter(pk=1).update(generation=F("generation") + 1, changed_at=clock.now()):
        PublicSite.objects.get_or_create(pk=1, defaults={"changed_at": clock.now()})
