"""A person's calendar address: known to who holds it, kept as a hash, gone when a new one is drawn."""

from django.db import models

from people.models import Person


class CalendarFeed(models.Model):
    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="calendar_feed")
    token_sha256 = models.CharField(max_length=64, unique=True)
    drawn_at = models.DateTimeField()
