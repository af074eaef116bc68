"""The ready-made questions of an evaluation. Their keys stay the same in every round, so that rounds can be compared."""

from questionnaires.models import Question

Kind = Question.Kind
FORM, HELP, DECISION, HOURS, WORTH, PLANNED, GOOD, CHANGE = (
    "ev_form", "ev_help", "ev_decision", "ev_hours", "ev_worth", "ev_planned", "ev_good", "ev_change",
)  # fmt: skip
USUAL = (
    {
        "key": FORM,
        "kind": Kind.CHOICE,
        "label": "Var ansøgningsskemaet let at udfylde?",
        "options": ["Meget let", "Let", "Hverken let eller svært", "Svært", "Meget svært"],
    },
    {
        "key": HELP,
        "kind": Kind.CHOICE,
        "label": "Fik I den hjælp, I havde brug for?",
        "options": ["Ja, i høj grad", "Ja, i nogen grad", "Nej", "Vi bad ikke om hjælp"],
    },
    {
        "key": DECISION,
        "kind": Kind.CHOICE,
        "label": "Var beslutningen til at forstå?",
        "options": ["Ja, helt", "Nogenlunde", "Nej"],
    },
    {
        "key": HOURS,
        "kind": Kind.NUMBER,
        "label": "Hvor mange timer brugte I på ansøgningen?",
        "help": "Læg alles timer sammen. Et skøn er fint.",
        "required": False,
        "least": "0",
        "most": "1000",
    },
    {"key": WORTH, "kind": Kind.YES_NO, "label": "Stod arbejdet mål med det, I søgte om?"},
    {
        "key": PLANNED,
        "kind": Kind.CHOICE,
        "label": "Til ledere: Passede rundens tidspunkt med jeres planlægning?",
        "options": ["Ja", "Nogenlunde", "Nej", "Jeg er ikke leder"],
        "required": False,
    },
    {"key": GOOD, "kind": Kind.LONG, "label": "Hvad var godt?", "required": False, "most": "1000"},
    {
        "key": CHANGE,
        "kind": Kind.LONG,
        "label": "Hvad skal vi lave om til næste gang?",
        "help": "Skriv ikke navne på personer.",
        "required": False,
        "most": "1000",
    },
)


def usual() -> list[Question]:
    return [Question.from_plain(facts) for facts in USUAL]
