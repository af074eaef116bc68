"""How a session finds its person: with roles and unread messages, in one query. Passwords are checked as Django does."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from journal.models import UNREAD, Message
from people.models import RoleAssignment


class PersonBackend(ModelBackend):
    def get_user(self, user_id):
        """The person, their roles and count already read; who holds no role, or is inactive, is looked up alone."""
        unread = Message.objects.filter(UNREAD, person=OuterRef("person")).order_by().values("person")
        counted = Subquery(unread.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
        held = RoleAssignment.objects.in_force().filter(person=user_id)
        assignments = list(held.select_related("person", "unit", "deputy_for").annotate(unread=Coalesce(counted, 0)))
        if not assignments:
            return super().get_user(user_id)
        person = assignments[0].person
        person.current_assignments, person.unread_messages = assignments, assignments[0].unread
        return person
