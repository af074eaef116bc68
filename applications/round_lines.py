"""The figures of a round as lines with a name, for a file and for two rounds beside each other in plain words."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from applications.round_figures import Figures, Share
from documents.sheets import SheetColumn, build_csv
from pages.money import NO_BREAK_SPACE, format_kroner
from pages.numbers import number, percent

COUNT, KRONER, DAYS, PERCENT = "count", "kroner", "days", "percent"


@dataclass(frozen=True)
class Line:
    """One figure. Two rounds' lines of the same section and label are the same question."""

    section: str
    label: str
    value: int | Decimal | None
    kind: str = COUNT

    @property
    def said(self) -> str:
        return _said(self.value, self.kind)


def _said(value, kind: str) -> str:
    if value is None:
        return "–"
    match kind:
        case "kroner":
            return format_kroner(value)
        case "days":
            return _("%(days)s dage") % {"days": number(value)}
        case "percent":
            return f"{value}{NO_BREAK_SPACE}%"
        case _:
            return number(value) if isinstance(value, Decimal) else str(value)


def lines(found: Figures) -> list[Line]:
    return [*_main(found), *_times(found), *_help(found), *_groups(found), *_unmet(found), *_effects(found), *_asked(found)]


def _main(found: Figures) -> list[Line]:
    whole, section = found.whole, _("Runden")
    return [
        Line(section, _("Ansøgninger"), whole.sent),
        Line(section, _("Bevilget"), whole.granted),
        Line(section, _("Delvist bevilget"), whole.partly),
        Line(section, _("Afslag"), whole.refused),
        Line(section, _("Trukket tilbage"), found.withdrawn),
        Line(section, _("Andel, der fik tilskud"), whole.percent, PERCENT),
        Line(section, _("Søgt i alt"), whole.sought, KRONER),
        Line(section, _("Bevilget i alt"), whole.given, KRONER),
        Line(section, _("Fra sendt til afgjort, median"), found.median_wait, DAYS),
    ]


def _times(found: Figures) -> list[Line]:
    section = _("Tid")
    return [
        line
        for row in found.times
        for line in (
            Line(section, _("%(state)s, median") % {"state": row.label}, row.median_days, DAYS),
            Line(section, _("%(state)s, længst") % {"state": row.label}, row.longest_days, DAYS),
        )
    ]


def _help(found: Figures) -> list[Line]:
    section, given = _("Hjælp"), found.help
    return [
        Line(section, _("Gange, der er givet hjælp"), given.given),
        Line(section, _("Heraf væsentlig hjælp"), given.substantial),
        Line(section, _("Ansøgninger, der fik hjælp"), given.cases),
        Line(section, _("Spørgsmål fra enheder"), given.asked),
        Line(section, _("Spørgsmål til enheder"), given.wanted),
    ]


def _groups(found: Figures) -> list[Line]:
    groups = ((_("Center"), found.by_centre), (_("Slags enhed"), found.by_kind), (_("Tema"), found.by_theme))
    return [line for section, shares in groups for share in shares for line in _of_share(section, share)]


def _of_share(section: str, share: Share) -> list[Line]:
    named = {"name": share.label}
    return [
        Line(section, _("%(name)s: ansøgninger") % named, share.sent),
        Line(section, _("%(name)s: andel, der fik tilskud") % named, share.percent, PERCENT),
        Line(section, _("%(name)s: bevilget") % named, share.given, KRONER),
    ]


def _unmet(found: Figures) -> list[Line]:
    return [Line(_("Afslag efter krav"), name, count) for name, count in found.unmet]


def _effects(found: Figures) -> list[Line]:
    both = ((_("Ventet effekt pr. 1.000 kr."), found.expected), (_("Rapporteret effekt pr. 1.000 kr."), found.reported))
    return [
        Line(section, f"{row.theme}: {row.effect}, {row.unit} ({row.basis_label})", row.value)
        for section, rows in both
        for row in rows
    ]


def _asked(found: Figures) -> list[Line]:
    """What the evaluation says, as far as it may be shown."""
    section, results = _("Evaluering"), found.evaluation
    if results is None:
        return []
    found_lines = [Line(section, _("Spurgte"), results.asked), Line(section, _("Har svaret"), results.answered)]
    for row in results.questions:
        if row.is_hidden:
            continue
        for option, count in row.all.counts:
            found_lines.append(Line(section, f"{row.label} {option}", percent(count, row.all.answered), PERCENT))
        if row.all.middle is not None:
            found_lines.append(Line(section, _("%(question)s Median") % {"question": row.label}, Decimal(row.all.middle)))
    return found_lines


def as_csv(found: Figures) -> bytes:
    columns = [SheetColumn(label) for label in (_("Afsnit"), _("Tal"), _("Værdi"))]
    return build_csv(columns, [[line.section, line.label, line.said] for line in lines(found)])


# ── two rounds ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Change:
    """One question, as it was and as it is."""

    section: str
    label: str
    before: int | Decimal | None
    after: int | Decimal | None
    kind: str

    @property
    def before_said(self) -> str:
        return _said(self.before, self.kind)

    @property
    def after_said(self) -> str:
        return _said(self.after, self.kind)

    @property
    def is_same(self) -> bool:
        return self.before == self.after

    @property
    def says(self) -> str:
        """«Ansøgninger: 23 → 31»."""
        return f"{self.label}: {self.before_said} → {self.after_said}"


def changes(before: Figures, after: Figures) -> list[Change]:
    """Every line of either round, in the order of the newer; a line that one of them lacks is not known there."""
    old = {(line.section, line.label): line for line in lines(before)}
    new = {(line.section, line.label): line for line in lines(after)}
    sections = list(dict.fromkeys(section for section, _label in [*new, *old]))
    keys = sorted(dict.fromkeys([*new, *old]), key=lambda key: sections.index(key[0]))
    return [_change(key, old.get(key), new.get(key)) for key in keys]


def _change(key: tuple, before: Line | None, after: Line | None) -> Change:
    return Change(*key, before.value if before else None, after.value if after else None, (after or before).kind)


def in_words(found: list[Change]) -> list[str]:
    """What differs of the round's main figures."""
    main = found[0].section if found else ""
    return [each.says for each in found if each.section == main and not each.is_same]


def changes_csv(found: list[Change], before: str, after: str) -> bytes:
    columns = [SheetColumn(label) for label in (_("Afsnit"), _("Tal"), before, after)]
    return build_csv(columns, [[row.section, row.label, row.before_said, row.after_said] for row in found])
