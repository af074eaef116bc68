"""`manage.py play_round`: the given round to the last øre, and any other folder of the same shape."""

import copy
import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from applications.models import Application, Project, Result
from applications.rehearsal import DATA, read_json
from journal.models import Event
from people.models import Person
from pool.models import PoolYear
from publishing.models import YearReport

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.EMAIL_FILE_PATH = tmp_path / "files", tmp_path / "mails"


def play(tmp_path, **options) -> tuple[dict, str]:
    said, summary = StringIO(), tmp_path / "summary.json"
    call_command("play_round", json=summary, stdout=said, **options)
    return json.loads(summary.read_text(encoding="utf-8")), said.getvalue()


@pytest.mark.both
def test_the_given_round_ends_with_520_000_kroner_committed_and_not_an_ore_more(tmp_path):
    summary, said = play(tmp_path, pdf=tmp_path / "pdf")
    assert summary["states"] == {"granted": 9, "refused": 14}
    assert {name: summary[name] for name in ("sought", "recommended", "committed")} == {
        "sought": 274_550_000, "recommended": 52_000_000, "committed": 52_000_000,
    }  # fmt: skip
    assert summary["pockets"] == {"available": 98_000_000, "reserved": 0, "committed": 52_000_000, "spent": 0}
    assert summary["faults"] == []
    kinds = [document["kind"] for document in summary["documents"]]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "letter": 23, "packet": 1, "packet_docx": 1, "receipt": 23,
    }  # fmt: skip
    files = sorted((tmp_path / "pdf").iterdir())
    assert [file.name for file in files] == sorted(document["name"] for document in summary["documents"])
    assert all(file.read_bytes().startswith((b"%PDF-1.7", b"PK")) for file in files)
    assert "committed                           520.000,00 kr." in said
    assert said.splitlines()[-1] == f"fingerprint {summary['fingerprint']}"
    by_case = dict(Application.objects.values_list("title", "granted_amount"))
    assert by_case["Cirkulær legepladsværksted"] == 67_000_00
    assert by_case["Varmepumpe i stedet for oliefyr i materielgården"] is None


@pytest.mark.both
def test_the_granted_projects_end_with_512_750_kroner_spent_and_the_rest_back_in_the_pool(tmp_path):
    summary, _said = play(tmp_path, to="published")
    assert (summary["states"], summary["faults"]) == ({"completed": 9, "refused": 14}, [])
    assert summary["documented"] == 51_275_000
    assert summary["pockets"] == {"available": 98_725_000, "reserved": 0, "committed": 0, "spent": 51_275_000}
    assert dict(Result.objects.values_list("status").annotate(Count("pk"))) == {"published": 9}
    report = YearReport.objects.get()
    assert (report.year.year, report.status) == (2026, "published")
    assert [d["kind"] for d in summary["documents"] if d["name"].startswith("aarsberetning")] == ["year_report"]
    spent = dict(Project.objects.values_list("application__title", "spent"))
    assert (spent["Cirkulær legepladsværksted"], len(spent)) == (67_000_00, 9)


@pytest.mark.wide
def test_every_step_is_taken_by_the_person_whose_step_it_is_at_the_round_s_own_dates(tmp_path):
    play(tmp_path, data=folder(tmp_path))
    taken = {step: roles for step, roles in Event.objects.values_list("step", "payload__roller") if roles}
    assert taken == {
        "request_endorsement": ["applicant"], "endorse": ["unit_leader"], "assign": ["consultant"],
        "start_assessment": ["consultant"], "recommend": ["consultant"], "approve_recommendation": ["manager"],
        "place_on_agenda": ["consultant"], "grant": ["secretary"], "refuse": ["secretary"],
    }  # fmt: skip
    days = [at.date().isoformat() for at in Event.objects.filter(step__in=["grant", "refuse"]).values_list("at", flat=True)]
    assert set(days) == {"2027-03-16"}


def folder(tmp_path, change=lambda plan, cases: None):
    """Another municipality's small round: other units, four applications, amounts with øre, five assessors."""
    target = tmp_path / "data"
    target.mkdir()
    plan, cases = read_json(DATA / "round.json"), copy.deepcopy(read_json(DATA / "applications.json")[1:4])
    plan |= {
        "pool_year": 2027, "appropriation": "100000.50", "name": "Forår", "ceiling": "60000.25",
        "committee": "Klimaudvalget",
        "opens": "2027-01-04T08:00", "deadline": "2027-01-04T18:00", "assessed_by": "2027-02-01", "approved": "2027-02-03",
        "meeting": "2027-03-16T16:30", "minimum_amount": None, "assessors_required": 5,
    }  # fmt: skip
    for place, case in enumerate(cases):
        case |= {"number": 100 + place, "unit": f"Hus {place}", "amount_sought": "30000.25", "minimum_amount": 0}
        case["recommended_amount"] = ["30000.25", "29999.99", 0][place]
        case["assessments"] = [
            {**case["assessments"][0], "assessor": label} for label in ("a", "b", "c", "d", "e", "konsulent")
        ]
    change(plan, cases)
    for name, content in (("round.json", plan), ("applications.json", cases)):
        (target / name).write_text(json.dumps(content, default=str), encoding="utf-8")
    with (target / "units.csv").open("w", encoding="utf-8", newline="") as file:
        columns = ["name", "parent", "kind", "users", "staff", "ean", "is_separate_legal_entity", "latitude", "longitude"]
        rows = csv.DictWriter(file, columns)
        rows.writeheader()
        empty = dict.fromkeys(columns, "") | {"is_separate_legal_entity": "no"}
        rows.writerow(empty | {"name": "Kommunen", "kind": "municipality"})
        rows.writerow(empty | {"name": "Skoler", "kind": "centre", "parent": "Kommunen"})
        for place in range(3):
            rows.writerow(empty | {"name": f"Hus {place}", "kind": "daycare", "parent": "Skoler"})
    return target


@pytest.mark.wide
def test_another_folder_with_amounts_to_the_ore(tmp_path):
    summary, _said = play(tmp_path, data=folder(tmp_path))
    assert (summary["states"], summary["faults"]) == ({"granted": 2, "refused": 1}, [])
    assert summary["pockets"] == {"available": 4_000_026, "reserved": 0, "committed": 6_000_024, "spent": 0}


@pytest.mark.wide
def test_a_quick_round_is_decided_by_delegation_without_a_committee(tmp_path):
    def quick(plan, cases):
        plan |= {"track": "quick", "delegated_limit": 50_000}

    summary, _said = play(tmp_path, data=folder(tmp_path, quick))
    assert (summary["states"], summary["committed"]) == ({"granted": 2, "refused": 1}, 6_000_024)
    assert not any(document["kind"].startswith("packet") for document in summary["documents"])


@pytest.mark.wide
def test_a_leader_who_is_the_contact_sends_in_one_step(tmp_path):
    def same(plan, cases):
        cases[0]["contact"] = cases[0]["leader"]

    play(tmp_path, data=folder(tmp_path, same))
    assert Event.objects.filter(step="submit").count() == 1


def test_more_than_the_ceiling_stops_in_words(tmp_path):
    def too_much(plan, cases):
        cases[2]["recommended_amount"] = "0.27"

    with pytest.raises(CommandError, match=r"the round stops on 03\.02\.2027: Der er 0,01.kr\. tilbage i runden"):
        play(tmp_path, data=folder(tmp_path, too_much))
    assert PoolYear.objects.get().reserved == 6_000_024


def test_a_database_that_is_not_empty_is_refused(tmp_path):
    Person.objects.create_person("a@naestved.example", "A")
    with pytest.raises(CommandError, match="not empty"):
        play(tmp_path)
    assert Event.objects.count() == 0


def test_a_folder_that_lacks_a_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"lacks units\.csv, round\.json, applications\.json"):
        play(tmp_path, data=tmp_path)
