"""Questionnaires, their versions and questions. They change through questionnaires.designing.

A questionnaire belongs to a subject of the journal («runde/5»). At most one version is being designed; a published one
is frozen, which the database holds (guards.py). A key means one question of one kind for good, also in copies.
"""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Person


class Questionnaire(models.Model):
    subject = models.CharField(max_length=60, unique=True)
    title = models.CharField(_("titel"), max_length=120)

    class Meta:
        verbose_name = _("spørgeskema")

    def __str__(self):
        return self.title


class Version(models.Model):
    """`revision` counts the changes of a version that is being designed: a page that shows an older one is refused."""

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="version_number_once_per_questionnaire"),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(published_at=None), name="one_version_is_being_designed"
            ),
        ]

    def __str__(self):
        return f"{self.questionnaire_id} v{self.number}"


class Question(models.Model):
    """One question. `least` and `most` are numbers, øre, letters or ticks, as the kind says.

    It is shown when it has no condition, or when the earlier question `depends_on` has one of `depends_values`.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Kort tekst")
        LONG = "long", _("Lang tekst")
        NUMBER = "number", _("Tal")
        AMOUNT = "amount", _("Beløb i kroner")
        CHOICE = "choice", _("Ét valg")
        SEVERAL = "several", _("Flere valg")
        YES_NO = "yes_no", _("Ja eller nej")
        DATE = "date", _("Dato")
        FILE = "file", _("Fil")

    version = models.ForeignKey(Version, models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=20)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("slags"), max_length=10, choices=Kind.choices)
    label = models.CharField(_("spørgsmål"), max_length=200)
    help = models.CharField(_("hjælp"), max_length=600, blank=True)
    required = models.BooleanField(_("skal besvares"), default=True)
    options = models.JSONField(default=list, blank=True)
    least = models.DecimalField(null=True, blank=True, max_digits=18, decimal_places=3)
    most = models.DecimalField(null=True, blank=True, max_digits=18, decimal_places=3)
    depends_on = models.CharField(max_length=20, blank=True)
    depends_values = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="question_key_once_per_version"),
            models.CheckConstraint(
                condition=Q(kind__in=["text", "long", "number", "amount", "choice", "several", "yes_no", "date", "file"]),
                name="question_is_of_a_known_kind",
            ),
            models.CheckConstraint(condition=~Q(depends_on=F("key")), name="question_does_not_depend_on_itself"),
        ]

    def __str__(self):
        return self.label

    def plain(self) -> dict:
        """Everything that is asked, as JSON can hold it."""
        facts = {name: getattr(self, name) for name in PLAIN}
        return facts | {name: None if facts[name] is None else str(facts[name]) for name in ("least", "most")}

    @classmethod
    def from_plain(cls, facts: dict) -> "Question":
        """The question as it was asked, from what `plain` gave: to show, not to store."""
        limits = {name: Decimal(facts[name]) if facts.get(name) else None for name in ("least", "most")}
        return cls(**{name: facts[name] for name in PLAIN if name in facts} | limits)


PLAIN = ("key", "kind", "label", "help", "required", "options", "least", "most", "depends_on", "depends_values")
