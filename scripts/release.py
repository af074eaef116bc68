"""Leaves tests/releases/<version>/pool.tar.gz: a small pool of this version with work waiting, as a backup holds it.

Run once for each release (`make release VERSION=0.2`), on the code that is released; what it wrote is never made anew.
tests/test_upgrade.py reads it into that version's tables and brings it to the present. Everything goes through the doors
people use. Waiting in it: unsent mails, one put off and one of a daily digest, a forgotten password,
documents that are owed, drafts, and cases on their way.
"""

import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)  # where the tests' clock stands
KEPT = (1, 2, 4, 6, 10, 14, 22)  # of the played round
WRITTEN = 12  # documents that are written already; the others are owed


def build() -> None:
    """A trimmed scene of the first look: few cases, nobody invented, and only what is older than three days was mailed."""
    from django.core.files.base import ContentFile
    from django.core.mail import get_connection

    from applications import uploads
    from applications.models import Application
    from demo.scene import Scene
    from documents import store
    from journal import clock, outbox
    from journal.models import Message
    from people import access
    from people.models import Person

    class Small(Scene):
        def _first(self):
            whole = super()._first()
            return whole.another({data["number"]: {} for data in whole.applications if data["number"] in KEPT})

    clock.set_to(NOW)
    scene = Small()
    for act in (scene.first.play, scene._minutes_not_final, scene._quick_track, scene._open_now):
        act()
    draft = Application.objects.filter(state="draft").first()
    for name, content in (("prisark.pdf", a_pdf()), ("have.png", a_picture())):
        uploads.attach(draft.pk, draft.changed_by, ContentFile(content, name))
    mails = get_connection("django.core.mail.backends.locmem.EmailBackend")
    clock.set_to(NOW - timedelta(days=3))
    while outbox.send_due(500, mails):
        pass
    clock.set_to(NOW)
    Person.objects.filter(pk=Message.objects.filter(sent_at=None).last().person_id).update(daily_digest=True)
    first = outbox.unsent().first()
    Message.objects.filter(pk=first.pk).update(attempts=1, last_error="ConnectionRefusedError: no mail server")
    access.ask(draft.changed_by.email)
    store.issue_owed(WRITTEN)


def a_pdf() -> bytes:
    import io

    from pypdf import PdfWriter

    out, pdf = io.BytesIO(), PdfWriter()
    pdf.add_blank_page(width=595, height=842)
    pdf.write(out)
    return out.getvalue()


def a_picture() -> bytes:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "PNG")
    return out.getvalue()


def main(version: str) -> int:
    target = ROOT / "tests" / "releases" / version / "pool.tar.gz"
    if target.exists():
        print(f"{target} exists; what was released is not made anew", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="pool-release-") as folder:
        os.environ |= {"POOL_VAR": folder, "DATABASE_URL": f"sqlite:///{folder}/pool.sqlite3", "SECRET_KEY": "release" * 9}
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings"}
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        from django.core.management import call_command

        from applications import backup, verifying

        call_command("migrate", verbosity=0)
        build()
        faults = [fault for found in verifying.checks().values() for fault in found]
        if faults:
            print("\n".join(faults), file=sys.stderr)
            return 1
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(backup.write(Path(folder) / "backups"), target)
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
