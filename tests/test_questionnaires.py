"""The engine of questions: what is shown, what fits, what is wrong, how it reads, and how a questionnaire is designed."""

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from pages.money import LARGEST
from questionnaires import answering, designing, fields
from questionnaires.forms import QuestionForm
from questionnaires.guards import RULES
from questionnaires.models import Question, Questionnaire, Version

SUBJECT, TITLE = "prøve/1", "Prøve"
NBSP = "\N{NO-BREAK SPACE}"


def q(key, kind="text", **facts):
    return Question(key=key, kind=kind, **{"label": key.upper(), **facts})


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

ANSWERS = {"choice": ["a", "b", "c"], "yes_no": [True, False], "several": [["a"], ["b", "c"], ["a", "b", "c"]]}


@st.composite
def forms(draw):
    """Questions of which any may hang on an earlier one, and answers of which any may be missing."""
    questions, answers = [], {}
    for place in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from([*ANSWERS, "text"]))
        question = q(f"k{place}", kind, options=["a", "b", "c"] if kind in ("choice", "several") else [])
        question.required = draw(st.booleans())
        able = [each for each in questions if each.kind in answering.CONDITIONAL]
        if able and draw(st.booleans()):
            on = draw(st.sampled_from(able))
            question.depends_on = on.key
            question.depends_values = draw(
                st.lists(st.sampled_from(answering.possible_answers(on)), min_size=1, unique=True)
            )
        questions.append(question)
        if draw(st.booleans()):
            answers[question.key] = draw(st.sampled_from(ANSWERS.get(kind, ["ord"])))
    return questions, answers


def is_called_for(question, questions, answers) -> bool:
    """The same law, told from the leaf to the root."""
    if not question.depends_on:
        return True
    on = next(each for each in questions if each.key == question.depends_on)
    said = answers.get(on.key)
    hit = set(said if isinstance(said, list) else [said]) & set(question.depends_values)
    return bool(hit) and is_called_for(on, questions, answers)


@given(forms())
def test_a_question_is_shown_when_the_whole_chain_above_it_calls_for_it(form):
    questions, answers = form
    designing.check(questions)
    shown = answering.shown(questions, answers)
    assert shown == [each for each in questions if is_called_for(each, questions, answers)]
    sent = {question.key: answers.get(question.key) for question in shown}
    assert answering.shown(questions, sent) == shown  # what is left out of what is sent changes nothing
    wanted = [each.key for each in shown if each.required and each.key not in answers]
    assert list(answering.validate(questions, answers)) == wanted


@given(forms())
def test_questions_kept_as_json_are_the_questions(form):
    questions, answers = form
    again = [Question.from_plain(json.loads(json.dumps(question.plain()))) for question in questions]
    assert [each.plain() for each in again] == [each.plain() for each in questions]
    assert [each.key for each in answering.shown(again, answers)] == [
        each.key for each in answering.shown(questions, answers)
    ]
    assert answering.validate(again, answers) == answering.validate(questions, answers)


OPTIONS = ["Bus", "Cykel"]
FITTING = [
    ("text", "Åse & Bo", "Åse & Bo"),
    ("long", "En\nto", "En\nto"),
    ("number", "2100.5", "2.100,5"),
    ("number", "-0.25", "-0,25"),
    ("amount", 1250050, f"12.500,50{NBSP}kr."),
    ("amount", 0, f"0{NBSP}kr."),
    ("choice", "Bus", "Bus"),
    ("several", ["Cykel", "Bus"], "Cykel\nBus"),
    ("yes_no", True, "Ja"),
    ("yes_no", False, "Nej"),
    ("date", "2026-02-03", "3. februar 2026"),
    ("file", [{"name": "a.pdf"}, {"name": "b.png"}], "a.pdf\nb.png"),
]


@pytest.mark.parametrize(("kind", "answer", "words"), FITTING)
def test_an_answer_as_a_dane_reads_it(kind, answer, words):
    question = q("k", kind, options=OPTIONS)
    assert answering.fits(question, answer)
    assert answering.display(question, answer) == words
    assert answering.validate([question], {"k": answer}) == {}


@pytest.mark.parametrize("empty", [None, "", "  \n", []])
@pytest.mark.parametrize("kind", Question.Kind.values)
def test_an_empty_answer_is_missing_only_where_it_is_needed(kind, empty):
    assert answering.validate([q("k", kind)], {"k": empty}) == {"k": "Udfyld «K»."}
    assert answering.validate([q("k", kind, required=False)], {"k": empty}) == {}
    assert answering.display(q("k", kind), empty) == ""


ODD = ["ord", 7, 7.5, True, {"a": 1}, ["Taxa"], ["Bus", 3], "31-02-2026", "NaN", "1e9999999"]
TAKES = {
    "text": {0, 7, 8, 9}, "long": {0, 7, 8, 9}, "number": set(), "amount": {1}, "choice": set(), "several": set(),
    "yes_no": {3}, "date": set(), "file": set(),
}  # fmt: skip


@pytest.mark.parametrize("kind", Question.Kind.values)
def test_what_is_stored_in_another_shape_is_no_answer_and_still_readable(kind):
    question = q("k", kind, options=OPTIONS)
    assert {place for place, odd in enumerate(ODD) if answering.fits(question, odd)} == TAKES[kind]
    for place, odd in enumerate(ODD):
        if place not in TAKES[kind]:
            assert answering.validate([question], {"k": odd}) == {"k": "Svar igen på «K»."}
            assert answering.display(question, odd)


@pytest.mark.parametrize(
    ("kind", "limits", "answer", "said"),
    [
        ("text", {"most": 3}, "fire", "«K» må højst være 3 tegn"),
        ("several", {"most": 1}, ["Bus", "Cykel"], "«K» må højst være 1 kryds"),
        ("number", {"least": 2}, "1.5", "«K» skal mindst være 2"),
        ("number", {"most": 2000}, "2000.001", "«K» må højst være 2.000"),
        ("amount", {"least": 100_000}, 99_999, f"«K» skal mindst være 1.000{NBSP}kr."),
        ("amount", {"most": 100_000}, 100_001, f"«K» må højst være 1.000{NBSP}kr."),
        ("date", {"most": 1}, "2026-02-03", None),
    ],
)
def test_limits_of_an_answer(kind, limits, answer, said):
    question = q("k", kind, options=OPTIONS, **limits)
    assert answering.validate([question], {"k": answer}) == ({"k": said} if said else {})


def test_the_condition_in_words():
    questions = [q("a", "choice", options=["x", "y", "z"]), q("b", depends_on="a", depends_values=["x", "y", "z"]), q("c")]
    assert answering.condition(questions[1], questions) == "Svar kun, hvis I har svaret «x», «y» eller «z» til «A»."
    assert answering.condition(questions[2], questions) == ""
    assert answering.condition(q("d", depends_on="a", depends_values=["x"]), questions).startswith(
        "Svar kun, hvis I har svaret «x» "
    )


# ── fields ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("kind", "answer", "words"), [row for row in FITTING if row[0] != "file"])
def test_a_field_shows_an_answer_and_gives_it_back(kind, answer, words):
    field = fields.field(q("k", kind, options=OPTIONS))
    shown = field.prepare_value(fields.initial(field.question, answer))
    if kind == "date":
        shown = [3, 2, 2026]
        shown = [str(piece) for piece in shown]
    if answer == "-0.25":
        return  # nobody types a negative number; one that is stored is shown
    assert fields.plain(field.clean(shown)) == answer


BAD = {
    "text": ["x" * 201], "long": ["x" * 4001], "number": ["mange", "1,2345", "-1", "9" * 50, "1e5", "٣"],
    "amount": ["mange", "1,234", "-5", "9" * 40], "choice": ["Taxa", "\0"],
    "several": [["Taxa"], ["Bus", "Taxa"], ["Bus", "Cykel"]], "yes_no": ["måske", "True"],
    "date": [["31", "2", "2026"], ["1", "", ""], ["x", "y", "z"]],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "typed"), [(kind, each) for kind, typed in BAD.items() for each in typed])
def test_a_field_refuses_what_it_cannot_read(kind, typed):
    question = q("k", kind, options=OPTIONS, most={"several": 1}.get(kind))
    with pytest.raises(ValidationError):
        fields.field(question).clean(typed)


def test_limits_stand_at_the_field():
    number = fields.field(q("k", "number", least=2, most=5))
    for typed, said in (("1,5", "Skriv mindst 2."), ("5,1", "Skriv højst 5.")):
        with pytest.raises(ValidationError, match=said):
            number.clean(typed)
    assert fields.field(q("k", "amount")).largest == LARGEST
    assert fields.field(q("k", "text", most=20)).max_length == 20


def test_help_is_never_markup():
    assert fields.field(q("k", help="<b>Hej</b> & co")).help_text == "&lt;b&gt;Hej&lt;/b&gt; &amp; co"
    assert fields.field(q("k", "date", help="Fx <i>")).help_text == "Fx &lt;i&gt; dd mm åååå, fx 3 2 2026"


# ── designing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def stamp():
    return designing.stamp(designing.newest(SUBJECT))


def put(label, kind="text", *, key="", **facts):
    designing.put(SUBJECT, TITLE, stamp(), {"label": label, "kind": kind, **facts}, key)
    return designing.questions_of(designing.newest(SUBJECT))[-1].key


def labels():
    return [question.label for question in designing.questions_of(designing.newest(SUBJECT))]


def key_of(label):
    return next(each.key for each in designing.questions_of(designing.newest(SUBJECT)) if each.label == label)


@pytest.fixture
def three(db):
    """«A» yes or no, «B» when A is yes, «C»."""
    a = put("A", "yes_no")
    put("B", depends_on=a, depends_values=[True])
    put("C")


@pytest.mark.django_db
class TestDesigning:
    def test_questions_are_moved_copied_and_removed(self, three):
        designing.move(SUBJECT, TITLE, stamp(), key_of("C"), -1)
        assert labels() == ["A", "C", "B"]
        designing.move(SUBJECT, TITLE, stamp(), key_of("B"), 1)  # the last stays
        designing.duplicate(SUBJECT, TITLE, stamp(), key_of("B"))
        assert labels() == ["A", "C", "B", "B"]
        copies = designing.questions_of(designing.newest(SUBJECT))[2:]
        assert copies[0].plain() | {"key": ""} == copies[1].plain() | {"key": ""}
        assert copies[0].key != copies[1].key
        designing.remove(SUBJECT, TITLE, stamp(), key_of("C"))
        assert labels() == ["A", "B", "B"]
        assert Version.objects.count() == 1

    @pytest.mark.parametrize(
        ("act", "said"),
        [
            (lambda: designing.remove(SUBJECT, TITLE, stamp(), key_of("A")), "«B» hænger på et spørgsmål"),
            (lambda: designing.move(SUBJECT, TITLE, stamp(), key_of("A"), 1), "«B» skal stå under «A»"),
            (lambda: designing.move(SUBJECT, TITLE, stamp(), "gone", 1), "findes ikke længere"),
            (lambda: put("A", "text", key=key_of("A")), "som ikke findes: «Ja»"),
            (lambda: put("A", "choice", options=["x", "y"], key=key_of("A")), "som ikke findes: «Ja»"),
            (lambda: put(" "), "Skriv spørgsmålet"),
            (lambda: put("D", "choice", options=["x"]), "mellem 2 og 40"),
            (lambda: put("D", "several", options=["x", "x"]), "to gange"),
            (lambda: put("D", "number", least=3, most=2), "mindst lige så stort"),
            (lambda: put("D", "text", most=500), "helt tal fra 1 til 200"),
            (lambda: put("D", "several", options=["x", "y"], most=3), "helt tal fra 1 til 2"),
            (lambda: put("D", "text", most=0), "helt tal fra 1 til 200"),
            (lambda: put("D", depends_on=key_of("A"), depends_values=[]), "som ikke findes"),
            (lambda: put("D", depends_on=key_of("C"), depends_values=["x"]), "som ikke findes: «x»"),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_is_changed(self, three, act, said):
        before = stamp()
        with pytest.raises(ValidationError, match=said):
            act()
        assert (stamp(), labels()) == (before, ["A", "B", "C"])

    def test_a_question_of_another_kind_is_another_question(self, three):
        old = key_of("A")
        put("A", "several", options=["Ja", "Nej"], key=key_of("C"))
        put("B", depends_on="", depends_values=[], key=key_of("B"))
        put("A", "text", key=old)
        assert old not in {each.key for each in designing.questions_of(designing.newest(SUBJECT))}
        same = key_of("B")
        put("B, igen", key=same)
        assert key_of("B, igen") == same

    def test_a_page_that_shows_older_questions_is_refused(self, three, cast):
        old = stamp()
        put("D")
        for act in (
            lambda: designing.put(SUBJECT, TITLE, old, {"label": "E", "kind": "text"}),
            lambda: designing.move(SUBJECT, TITLE, old, key_of("D"), -1),
            lambda: designing.publish(SUBJECT, old, cast["karen"]),
            lambda: designing.discard(SUBJECT, old),
        ):
            with pytest.raises(designing.OldPage):
                act()
        assert labels() == ["A", "B", "C", "D"]

    def test_a_stamp_never_comes_again(self, three):
        old = stamp()
        designing.discard(SUBJECT, old)
        assert stamp() == designing.NOTHING
        for label in "XYZ":
            put(label)
            assert stamp() != old

    def test_there_is_an_end_to_it(self, db):
        put("A")
        for _turn in range(designing.MOST_QUESTIONS - 1):
            designing.duplicate(SUBJECT, TITLE, stamp(), key_of("A"))
        with pytest.raises(ValidationError, match="højst 60"):
            put("B")

    def test_published_again_the_event_says_what_differs(self, three, cast):
        from journal import chain

        designing.publish(SUBJECT, stamp(), cast["karen"], kladder=0)
        with pytest.raises(ValidationError, match="ingen ændringer at udgive"):
            designing.publish(SUBJECT, stamp(), cast["karen"])
        with pytest.raises(ValidationError, match="ingen ændringer at fortryde"):
            designing.discard(SUBJECT, stamp())
        designing.remove(SUBJECT, TITLE, stamp(), key_of("C"))
        put("D")
        put("A?", "yes_no", key=key_of("A"))
        assert designing.stamp(designing.published(SUBJECT)) != stamp()
        designing.publish(SUBJECT, stamp(), cast["kurt"], kladder=2)
        first, second = chain.story(SUBJECT)
        assert (first.step, first.payload) == (
            "publish_questions",
            {"version": 1, "tilføjet": ["A", "B", "C"], "kladder": 0},
        )
        differs = {"tilføjet": ["D"], "rettet": ["A?"], "fjernet": ["C"]}
        assert (second.step, second.payload) == ("change_questions", {"version": 2, **differs, "kladder": 2})
        assert [each.label for each in Version.objects.get(number=1).questions.all()] == ["A", "B", "C"]

    def test_nothing_to_ask_is_not_published_at_first(self, db, cast):
        with pytest.raises(ValidationError, match="ingen ændringer"):
            designing.publish(SUBJECT, stamp(), cast["karen"])
        put("A")
        designing.remove(SUBJECT, TITLE, stamp(), key_of("A"))
        with pytest.raises(ValidationError, match="ingen spørgsmål endnu"):
            designing.publish(SUBJECT, stamp(), cast["karen"])


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


HARMS = {
    "questionnaires_question_insert_guard": lambda v: Question.objects.create(
        version=v, key="ny", position=9, kind="text", label="Ny"
    ),
    "questionnaires_question_update_guard": lambda v: v.questions.update(label="Noget andet"),
    "questionnaires_question_delete_guard": lambda v: v.questions.all().delete(),
    "questionnaires_version_update_guard": lambda v: Version.objects.filter(pk=v.pk).update(published_at=None),
    "questionnaires_version_delete_guard": lambda v: Version.objects.filter(pk=v.pk)._raw_delete("default"),
}


@pytest.mark.django_db
@pytest.mark.both
@pytest.mark.parametrize("guard", HARMS)
def test_the_database_holds_a_published_version(guard, cast):
    put("A")
    version = designing.publish(SUBJECT, stamp(), cast["karen"])
    assert refused(lambda: HARMS[guard](version))
    Version.objects.filter(published_at=None).update(revision=5)  # what is not published may change
    with connection.cursor() as cursor:  # without its guard the harm is done
        real = connection.vendor == "postgresql"
        cursor.execute(f"DROP FUNCTION {guard}() CASCADE" if real else f"DROP TRIGGER {guard}")
    if guard == "questionnaires_version_delete_guard":
        with connection.cursor() as cursor:
            name = "questionnaires_question_delete_guard"
            cursor.execute(f"DROP FUNCTION {name}() CASCADE" if real else f"DROP TRIGGER {name}")
        version.questions.all()._raw_delete("default")
    assert not refused(lambda: HARMS[guard](version))


def test_every_guard_has_its_harm():
    assert [name for name, *_rest in RULES] == list(HARMS)


@pytest.mark.django_db
def test_two_versions_are_never_designed_at_once():
    of = Questionnaire.objects.create(subject=SUBJECT, title=TITLE)
    Version.objects.create(questionnaire=of, number=1)
    assert refused(lambda: Version.objects.create(questionnaire=of, number=2))


# ── the form of one question ────────────────────────────────────────────────────────────────────────────────────────

ABOVE = [q("a", "yes_no"), q("b", "several", options=["x", "y: z"]), q("c")]


def typed(**data):
    form = QuestionForm(ABOVE, None, {"label": "Hej", "kind": "text"} | data)
    form.is_valid()
    return form


def test_a_question_is_read_as_its_kind_has_use_for_it():
    limits = {"least": "1,5", "most": "2.000", "options": " a \n\n b  b \n"}
    read = {kind: typed(kind=kind, **limits).facts() for kind in Question.Kind.values}
    assert {kind: facts["options"] for kind, facts in read.items() if facts["options"]} == {
        "choice": ["a", "b b"],
        "several": ["a", "b b"],
    }
    assert {kind: facts["least"] for kind, facts in read.items() if facts["least"]} == {"number": 1.5, "amount": 150}
    assert {kind: int(facts["most"]) for kind, facts in read.items() if facts["most"]} == {
        "text": 2000, "long": 2000, "number": 2000, "amount": 200_000, "several": 2000,
    }  # fmt: skip


def test_what_a_question_hangs_on_is_chosen_among_answers():
    facts = typed(shown_when=["b:y: z", "b:x"]).facts()
    assert (facts["depends_on"], facts["depends_values"]) == ("b", ["x", "y: z"])
    assert typed(shown_when=["a:nej"]).facts()["depends_values"] == [False]
    assert typed(shown_when=["a:ja", "b:x"]).errors["shown_when"] == ["Vælg kun svar på ét af spørgsmålene."]
    assert typed(shown_when=["c:x"]).errors["shown_when"] == ["Vælg blandt svarene på siden."]


@pytest.mark.parametrize(
    "question", [q("k", "amount", least=150, most=20000, help="H"), q("k", "number", most=Decimal("3.0"))]
)
def test_a_question_that_is_shown_comes_back_as_it_was(question):
    shown = QuestionForm(ABOVE, question)
    data = {name: shown[name].value() for name in shown.fields}
    data = {
        name: "" if value is None else str(value).replace(".", ",") for name, value in data.items() if name != "shown_when"
    }
    form = QuestionForm(ABOVE, question, data | ({"required": "on"} if question.required else {}))
    assert form.is_valid(), form.errors
    assert designing.changed(question, form.facts()).plain() == question.plain()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "x" * 201}, "label"),
        ({"kind": "sql"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"kind": "choice", "options": "x" * 151 + "\ny"}, "options"),
        ({"options": "x" * 6001}, "options"),
        ({"least": "mange"}, "least"),
        ({"most": "9" * 60}, "most"),
        ({"help": "x" * 601}, "help"),
        ({"shown_when": ["a:", "\0", "a"]}, "shown_when"),
    ],
)
def test_a_question_that_cannot_be_read_says_where(data, field):
    assert list(typed(**data).errors) == [field]
    typed(**data).facts()  # and can be looked at all the same


def test_a_backup_is_read_in_an_order_that_the_guards_let_pass():
    from applications import verifying

    order = [model for model in verifying.models() if model._meta.app_label == "questionnaires"]
    assert order == [Question, Questionnaire, Version]
