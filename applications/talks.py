"""Talks with and visits to a project: the administration's own notes, which the unit does not read."""

from django.db import transaction
from django.utils.translation import gettext as _

from applications.door import NotYet, load_locked_for
from applications.models import Milestone, Talk
from applications.states import PROJECT
from journal import chain, clock


@transaction.atomic
def note(case_id: int, by, *, kind: str, day, text: str) -> Talk:
    """The first talk or visit after the start is the start talk: its milestone is reached."""
    case = load_locked_for(case_id, by, "note_talk")
    if case.state not in PROJECT:
        raise NotYet(_("Sagen er ikke et projekt."))
    if day > clock.today():
        raise NotYet(_("Datoen ligger i fremtiden."))
    talk = Talk.objects.create(
        project=case.project, kind=kind, day=day, text=text.strip(), written_by=by, written_at=clock.now()
    )
    chain.record(case.subject, "note_talk", by, {"slags": kind, "dag": day.isoformat()})
    case.project.milestones.filter(kind=Milestone.Kind.START_TALK, done_on=None).update(done_on=day)
    case.revision += 1
    case.save()
    return talk
