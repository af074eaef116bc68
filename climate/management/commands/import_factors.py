"""`manage.py import_factors` reads the factor files into the register. Run it at any time; a second time changes nothing."""

from django.core.management.base import BaseCommand

from climate import register


class Command(BaseCommand):
    help = "Read the climate factors of climate/data into the register; what changed is superseded, never overwritten."

    def handle(self, **options):
        done = register.import_factors()
        self.stdout.write(f"climate factors: {done.added} new, {done.replaced} replaced, {done.ended} ended")
