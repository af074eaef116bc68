"""What an agenda item says of projects that want another purpose: after the round's own sentences, or alone."""

from applications.models import ChangeRequest
from pages.money import format_kroner

NO_MONEY = "Ændringerne koster ikke puljen flere penge."


def sections(changes: list[ChangeRequest], committee: str, year: int) -> dict[str, str]:
    """Each section of an item about changes alone."""
    return {
        "summary": f"{_asked(changes)} Udvalget tager stilling til, om bevillingen kan bruges til det nye formål.",
        "recommendation": f"Administrationen indstiller, at {committee} tager stilling til {_these(changes)}.",
        "presentation": "\n\n".join(map(_presented, changes)),
        "economy": f"{NO_MONEY} Bevillingerne er givet af bæredygtighedspuljen {year}.",
        "climate": "Virkningen på klima og miljø af det nye formål er ikke opgjort.",
        "annexes": "Ingen bilag.",
    }


def with_cases(drafted: dict[str, str], changes: list[ChangeRequest], committee: str) -> dict[str, str]:
    """The sections of an item that has both, with a word on the changes where a reader looks for it."""
    more = {
        "summary": _asked(changes),
        "recommendation": f"Administrationen indstiller desuden, at {committee} tager stilling til {_these(changes)}.",
        "presentation": "\n\n".join(map(_presented, changes)),
        "economy": NO_MONEY,
    }
    return {key: f"{text}\n\n{more[key]}" if key in more else text for key, text in drafted.items()}


def _asked(changes: list[ChangeRequest]) -> str:
    if len(changes) == 1:
        return f"Projektet «{_case(changes[0]).title}» ({_case(changes[0]).unit}) ønsker et andet formål end det bevilgede."
    names = ", ".join(f"«{_case(change).title}» ({_case(change).unit})" for change in changes)
    return f"{len(changes)} projekter ønsker et andet formål end det bevilgede: {names}."


def _these(changes: list[ChangeRequest]) -> str:
    numbers = " og ".join(_case(change).number for change in changes)
    return f"det nye formål for projekt {numbers}" if len(changes) == 1 else f"de nye formål for projekterne {numbers}"


def _presented(change: ChangeRequest) -> str:
    case, project = _case(change), change.project
    return (
        f"{case.number} {case.title}, {case.unit}. "
        f"Bevilget {format_kroner(project.holds)}, brugt {format_kroner(project.spent)}.\n\n"
        f"Bevilget formål: {case.purpose}\n\nNyt formål: {change.new_purpose}\n\nEnhedens begrundelse: {change.reason}"
    )


def _case(change: ChangeRequest):
    return change.project.application
