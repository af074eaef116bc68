"""What was typed in a form that was sent after its session had ended: kept for that person, until it is sent or thrown away.

Only forms that say so are kept (`keeps_typed`): never one with a password. Such a form carries a signed word of whose it
is, so that it is known even when the cookie is gone by morning. Bounded in size, number and time; nobody but the person
who typed it ever gets it back. Files are not kept.
"""

from datetime import timedelta

from django.core import signing
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest, QueryDict

from journal import clock
from people.models import KeptForm, Person

LASTS = timedelta(hours=24)
LONGEST = 1_000_000
MOST_PER_PERSON = 10
WRITER = "writer"
PAGE_LASTS = timedelta(days=3)
NOT_TYPED = ("csrfmiddlewaretoken", WRITER)


def keeps_typed(view):
    """Mark a view whose form survives the end of its session."""
    view.keeps_typed = True
    return view


def writer_word(person: Person) -> str:
    """Whose form it is, signed; stands in the form as `writer`."""
    return signing.dumps(person.pk, salt=WRITER)


def keep_sent(request: HttpRequest) -> Person | None:
    """Keep a form that came without its session, when we know whose it is; answers for whom it was kept."""
    person = request.ended_for or _writer(request.POST.get(WRITER, ""))
    return person if person and keep(person, request.path, request.POST) else None


def _writer(word: str) -> Person | None:
    try:
        key = signing.loads(word, salt=WRITER, max_age=PAGE_LASTS)
    except signing.BadSignature:
        return None
    return Person.objects.filter(pk=key, is_active=True).first()


def keep(person: Person, path: str, typed: QueryDict) -> bool:
    """Keep a form for its page; the newest counts. False when it is too much to keep."""
    forget_old()
    typed = typed.copy()
    for name in NOT_TYPED:
        typed.pop(name, None)
    text = typed.urlencode()
    if len(text) > LONGEST or len(path) > 200:
        return False
    KeptForm.objects.update_or_create(person=person, path=path, defaults={"typed": text, "kept_at": clock.now()})
    newest = KeptForm.objects.filter(person=person).order_by("-kept_at", "-pk").values_list("pk", flat=True)
    KeptForm.objects.filter(person=person).exclude(pk__in=list(newest[:MOST_PER_PERSON])).delete()
    return True


def with_kept(rows: QuerySet, person: Person, path: str) -> QuerySet:
    """Rows that carry in `kept_typed` what the person had typed on this page, or None: no query of its own."""
    own = KeptForm.objects.filter(person=person, path=path, kept_at__gt=clock.now() - LASTS)
    return rows.annotate(kept_typed=Subquery(own.values("typed")[:1]))


def forget(person: Person, path: str) -> None:
    KeptForm.objects.filter(person=person, path=path).delete()


def forget_old() -> None:
    KeptForm.objects.filter(kept_at__lte=clock.now() - LASTS).delete()
