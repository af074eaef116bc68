"""Row 21: the data of every release come to the present with their waiting work, and go back, without a lost row."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RELEASES = ROOT / "tests" / "releases"
pytestmark = [pytest.mark.django_db, pytest.mark.both, pytest.mark.proves(21)]
# what waited when the release was left: documents to write, mails to send, links asked for
WAITING = {"0.1": {"rows": 925, "documents": 13, "mails": 6, "links": 1}}


def test_every_release_is_tried():
    assert sorted(WAITING) == sorted(path.name for path in RELEASES.iterdir() if path.is_dir())


@pytest.mark.parametrize("release", WAITING)
def test_a_release_comes_to_the_present_and_goes_back(fresh_database, tmp_path, release, record_property):
    env = {**os.environ, "DATABASE_URL": fresh_database, "POOL_VAR": str(tmp_path), "EMAIL_URL": "memorymail://"}
    env |= {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-m", "tests.upgrading", str(RELEASES / release / "pool.tar.gz")]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    said, waited = json.loads(done.stdout.splitlines()[-1]), WAITING[release]
    record_property("says", f"{release}: {said['rows']} rows, {said['seconds']:.1f} s from the release to the present")
    assert said["rows"] == waited["rows"]
    assert said["migrated"] == said["released"]
    assert said["seconds"] < 5
    # what waited is done once, and a second look finds nothing
    assert (said["documents"], said["written"]) == (waited["documents"], [waited["documents"], 0])
    assert (said["mails"], said["links"]) == ([waited["mails"], 0], [waited["links"], 0])
    assert (said["doubled"], said["waits"], said["faults"]) == ([], [0, 0], [])
    # and the whole way back and forward again
    assert (said["back"], said["again"], said["faults again"]) == ([True, True, True], [True, True], [])
