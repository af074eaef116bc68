"""What the open round of a first look asks beside the pool's own form, and two ways to answer it."""

from applications import content, drafts, round_questions
from applications.models import Application
from people.models import Person
from pool.models import Round
from questionnaires import designing

WHO = ("Børn eller elever", "Borgere og beboere", "Forældre og pårørende", "Medarbejdere", "Frivillige og foreninger")
QUESTIONS = (
    {
        "kind": "yes_no",
        "label": "Har I prøvet noget lignende før?",
        "help": "Det er ikke et krav. Vi vil gerne vide, hvad I bygger videre på.",
    },
    {
        "kind": "long",
        "label": "Hvad lærte I af det?",
        "help": "Skriv også det, der ikke virkede. Eksempel: «Det gik godt, til den ansvarlige holdt op.»",
        "most": 1000,
    },
    {
        "kind": "several",
        "label": "Hvem har været med til at finde på projektet?",
        "help": "Sæt kryds ved alle, der har været med.",
        "options": list(WHO),
    },
    {
        "kind": "file",
        "label": "Foto af stedet, som det ser ud i dag",
        "help": "Et billede fra en telefon er fint. Undgå, at nogen kan genkendes på det.",
        "required": False,
    },
)
# answers in the questions' order; a file is nobody's to invent
TRIED = (
    True,
    "I 2023 holdt vi en kødfri dag om ugen. Det gik i stå, da kokken fik nyt job. Nu er det hele køkkenets opgave.",
    [WHO[0], WHO[3]],
)
NEW = (False, None, [WHO[3]])


def ask(round_: Round, consultant: Person) -> None:
    for facts in QUESTIONS:
        before = designing.questions_of(designing.newest(round_.subject))
        hangs = {"depends_on": before[0].key, "depends_values": [True]} if len(before) == 1 else {}
        designing.put(round_.subject, round_.name, designing.stamp(designing.newest(round_.subject)), facts | hangs)
    round_questions.publish(round_, designing.stamp(designing.newest(round_.subject)), consultant)


def answer(case: Application, by: Person, answers: tuple) -> None:
    keys = [question.key for question in round_questions.asked(case)]
    values = {content.PREFIX + key: value for key, value in zip(keys, answers, strict=False)}
    if values:
        drafts.save(case.pk, by, values, drafts.seen(case, values))
