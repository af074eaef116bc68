"""`manage.py verify [--anchor FILE]`: proves the database, prints one line per check and the fingerprint."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from applications import verifying
from journal import chain


class Command(BaseCommand):
    help = "Prove chain, states, money, messages, files and four eyes; print one fingerprint over all facts."

    def add_arguments(self, parser):
        parser.add_argument("--anchor", type=Path, help="a file that holds an anchor: a packet's text or the auditor's mail")

    def handle(self, *, anchor, **options):
        known = chain.Anchor.read(anchor.read_text(encoding="utf-8")) if anchor else None
        broken = 0
        for name, faults in verifying.checks(known).items():
            self.stdout.write(f"{'ok' if not faults else 'BROKEN':7} {name}")
            for fault in faults:
                self.stdout.write(f"        {fault}")
            broken += len(faults)
        late = verifying.overdue()
        self.stdout.write(f"{'ok' if not late else 'late':7} messages sent in time (depends on the clock): {len(late)} late")
        kept = verifying.kept_too_long()
        self.stdout.write(f"{'ok' if not kept else 'late':7} nothing kept too long (depends on the clock): {len(kept)} late")
        left = verifying.unswept()
        self.stdout.write(f"{'ok' if not left else 'late':7} no file lies about (depends on the clock): {len(left)} late")
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in verifying.counts().items()))
        self.stdout.write(f"head {chain.head()}")
        self.stdout.write(f"fingerprint {verifying.fingerprint()}")
        if broken:
            raise CommandError(f"{broken} faults")
