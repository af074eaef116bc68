"""Row 10, no leak: every private field holds a word of its own; whoever meets a word belongs to its audience.

All pages, papers, tables, archives, mails and answers to posts, as one of each role, as those beside the case and as a
stranger. And each word is seen by everybody whom it is for, or the crawl would prove nothing.
"""

import io
import re
import zipfile
from collections import defaultdict
from html import unescape
from urllib.parse import unquote_plus

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from applications.models import Attachment
from applications.roles import MAY
from climate.calculators import CALCULATORS
from documents.models import Document
from journal import clock, outbox
from journal.models import Message
from people import access
from tests import canary_words
from tests.canaries import Birds
from tests.canary_words import AUDIENCES, WHO, word
from tests.crawl import addresses, facts_about, routes

pytestmark = pytest.mark.django_db
WORDS = {word(name): name for name in AUDIENCES}
ANY = re.compile("|".join(map(re.escape, sorted(WORDS, key=len, reverse=True))))
SIGNS_OUT = {"people:sign-out"}
OF_A_REFUSAL = {"case", "versions", "advice", "keep-idea", "drop-idea", "round", "round-csv", "round-xlsx", "round-figures"}


def text_of(content: bytes, kind: str) -> str:
    """What a reader of the file reads, and its bytes as they are; archives are opened, papers in them too."""
    if content.startswith(b"%PDF-"):
        raw = content.decode("latin-1")
        if b"startxref" not in content:
            return raw
        pdf = PdfReader(io.BytesIO(content))
        return "\n".join([*(page.extract_text() for page in pdf.pages), str(pdf.metadata)])
    if content.startswith(b"PK\x03\x04"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        return "\n".join(name + "\n" + text_of(archive.read(name), "") for name in archive.namelist())
    text = content.decode("utf-8", "replace")
    return unescape(text) if kind.startswith("text/html") else text


def words_in(text: str) -> set[str]:
    """The fields whose words stand in a text."""
    text = text.lower()
    return {WORDS[found] for found in ANY.findall(text)}


class Crawl:
    """Who met which word where."""

    def __init__(self):
        self.met: dict[str, dict[str, str]] = defaultdict(dict)
        self.answers = 0
        self.broken: list[str] = []
        self.files: dict[bytes, set[str]] = {}

    def note(self, who: str, where: str, found: set[str]) -> None:
        for name in found:
            self.met[name].setdefault(who, where)

    def answer(self, who: str, where: str, response) -> None:
        self.answers += 1
        if response.status_code == 500:
            self.broken.append(f"{where} for {who}")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        head = " ".join(f"{name}: {unquote_plus(value)}" for name, value in response.items())
        if content[:4] in (b"%PDF", b"PK\x03\x04"):
            found = self.files.setdefault(content, set()) or words_in(text_of(content, ""))
            self.files[content] = found
        else:
            found = words_in(text_of(content, response.headers.get("Content-Type", "")))
        self.note(who, where, found | words_in(head))

    def leaks(self) -> list[str]:
        return sorted(
            f"{name} reached {who} at {where}"
            for name, met in self.met.items()
            for who, where in met.items()
            if who not in AUDIENCES[name]
        )

    def unseen(self) -> list[str]:
        return sorted(
            f"{name} never reached {who}"
            for name, audience in AUDIENCES.items()
            for who in audience & set(WHO)
            if who not in self.met[name]
        )


@pytest.fixture
def birds(cast, open_round):
    birds = Birds(cast, open_round)
    birds.plant()
    return birds


def asked_of(birds) -> list[tuple[str, str]]:
    """Every address about the case, every one about the other unit's draft, and all papers, files and messages; of the
    refused case those where its own words could stand."""
    state, slug = birds.case.state, birds.case.public_result.slug
    case, other = facts_about(birds.case, birds.cast) | {"slug": slug}, facts_about(birds.other, birds.cast)
    found = [(label, a) for route in routes() if route.name not in SIGNS_OUT for label, a in addresses(route, case, state)]
    found += [(f"draft {label}", a) for route in routes() if route.of_case for label, a in addresses(route, other, "draft")]
    refused = facts_about(birds.refused, birds.cast)
    found += [
        (f"refused {label}", a)
        for route in routes()
        if route.name.partition(":")[2] in OF_A_REFUSAL and route.name.startswith("applications:")
        for label, a in addresses(route, refused, "refused")
    ]
    cases = {case.subject: case.number for case in (birds.case, birds.refused)}
    for document in Document.objects.all():
        if document.subject in cases:
            found.append((f"paper {document.kind}", f"/ansoegninger/{cases[document.subject]}/dokumenter/{document.pk}/"))
        else:
            found.append((f"paper {document.kind}", f"/dagsordenspunkter/{birds.item.pk}/dokumenter/{document.pk}/"))
    found += [("file", f"/ansoegninger/{birds.case.number}/bilag/{row.pk}/") for row in Attachment.objects.all()]
    found += [
        ("message", f"/beskeder/{row.pk}/") for row in Message.objects.filter(person=birds.cast["karen"]).order_by("pk")[:3]
    ]
    found += [("person", f"/personer/{birds.cast['bo'].pk}/")]
    form = ["projektet", "budget", "virkning", "forankring", "kontakt", "rundens-spoergsmaal"]
    found += [("form", f"/ansoegninger/{birds.other.number}/rediger/{slug}/") for slug in form]
    once = {f"climate:calculator {slug}" for slug in list(CALCULATORS)[1:]}  # each asks its own questions, of nobody's case
    return list({address: label for label, address in found if label not in once}.items())


def browser_of(cast, name) -> Client:
    browser = Client(raise_request_exception=False)
    if name in cast:
        browser.force_login(cast[name], backend="people.backend.PersonBackend")
    return browser


def walk(birds, who=WHO, posts=("olga", "otto", "nobody"), asked=None) -> Crawl:
    crawl, now = Crawl(), clock.now()
    for name in who:
        browser = browser_of(birds.cast, name)
        for address, label in asked or asked_of(birds):
            crawl.answer(name, label, browser.get(address))
            clock.set_to(now)
            if name in posts and "/ansoegninger/" in address:
                with transaction.atomic():
                    crawl.answer(name, f"POST {label}", browser.post(address, {"revision": birds.case.revision}))
                    transaction.set_rollback(True)
    return crawl


def read_mails(crawl: Crawl, cast) -> int:
    outbox.send_due()
    access.send_due()
    names = {person.email: name for name, person in cast.items()}
    for letter in mail.outbox:
        for to in letter.recipients():
            crawl.note(names.get(to, to), f"mail «{letter.subject}»", words_in(str(letter.message())))
    return len(mail.outbox)


@pytest.mark.proves(10, minutes=1)
def test_nobody_meets_a_word_that_is_not_for_them(birds, proof, caplog, monkeypatch):
    """Each private field holds a word of its own: as every role over every address, none is met outside its audience."""
    caplog.set_level("INFO")
    crawl = walk(birds, posts=WHO if proof.hard else ("olga", "otto", "nobody"))
    mails = read_mails(crawl, birds.cast)
    crawl.note("nobody", "the log", words_in(caplog.text))
    proof.count("answers read", crawl.answers)
    proof.count("words planted", len(AUDIENCES))
    proof.count("mails read", mails)
    assert (crawl.leaks(), crawl.unseen(), crawl.broken) == ([], [], [])
    assert mails > 20
    # the twin: a page that shows too much is found to do so
    monkeypatch.setitem(MAY, "see_help", MAY["see"])
    leaks = walk(birds, who=["rasmus"], posts=(), asked={birds.case.get_absolute_url(): "case"}.items()).leaks()
    proof.teeth("who may read the questions to the consultant", harm=len(leaks) > 0, of=1)
    assert leaks == [f"applications.HelpQuestion.{name} reached rasmus at case" for name in ("answer", "text")]
    monkeypatch.setitem(MAY, "see_talks", MAY["see_project"])
    project = f"{birds.case.get_absolute_url()}projekt/"
    leaks = walk(birds, who=["frida"], posts=(), asked={project: "project"}.items()).leaks()
    proof.teeth("who may read the notes of talks", harm=len(leaks) > 0, of=1)
    assert leaks == ["applications.Talk.text reached frida at project"]


def test_every_text_of_the_database_is_given_a_word_or_said_to_be_open():
    assert canary_words.undeclared(canary_words.text_fields()) == []
    assert canary_words.undeclared(["people.Person.shoe_size"]) == ["people.Person.shoe_size"]
