"""What the frame of every page shows: the menu by roles, unread messages, who is signed in, whom to ask.

Asks for nothing of its own: the session has read the person with their roles and unread messages.
Refuses to count what waits: that costs too much for every page.
"""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications import agenda_path, portfolio
from people import session_life
from people.roles import UNIT_ROLES, Role

CASEWORK = frozenset({Role.CONSULTANT, Role.CO_ASSESSOR, Role.MANAGER, Role.SECRETARY})
HAS_A_LIST = CASEWORK | {Role.FINANCE}  # of what waits for them
ACCOUNT = (CASEWORK | {Role.FINANCE, Role.AUDITOR}) - {Role.CO_ASSESSOR}
FINANCE = frozenset({Role.FINANCE})
REGISTERS = frozenset({Role.ADMINISTRATOR})
# who sees it, its label, the name of its page
MENU = (
    (UNIT_ROLES, _("Mine ansøgninger"), "applications:mine"),
    (HAS_A_LIST, _("Venter på mig"), "applications:waiting"),
    (CASEWORK | ACCOUNT, _("Runder"), "pool:rounds"),
    (frozenset(portfolio.OPENS_TO), _("Projekter"), "applications:portfolio"),
    (agenda_path.OPENS_TO, _("Møder"), "applications:meetings"),
    (ACCOUNT, _("Puljen"), "pool:newest"),
    (FINANCE, _("Bilag"), "applications:vouchers"),
    (frozenset({Role.AUDITOR}), _("Afstemning"), "applications:finance-files"),
    (UNIT_ROLES | CASEWORK, _("Beregn"), "climate:calculators"),
    (frozenset({Role.COMMUNICATOR}), _("Kommunikation"), "applications:communication"),
    (frozenset({Role.COMMUNICATOR}), _("Årsberetning"), "publishing:year-reports"),
    (REGISTERS, _("Personer"), "people:persons"),
    (REGISTERS, _("Enheder"), "people:units"),
    (REGISTERS, _("Udvalg"), "people:committees"),
    (REGISTERS, _("Sletning"), "applications:erasure"),
)


@dataclass(frozen=True)
class MenuItem:
    label: str
    url: str
    current: bool


def navigation(request) -> dict:
    """The context processor."""
    person = getattr(request, "user", None)  # an error before the sign-in middleware has no user
    known = {"municipality": settings.MUNICIPALITY, "demo_mode": settings.DEMO, "person": person}
    if person is None or not person.is_authenticated:
        return known
    left = session_life.left(request.session)
    return {
        **known,
        "navigation": menu(person, request.path),
        "unread_messages": person.unread_messages,
        "session_left": left,
    }


def section(path: str) -> str:
    """The first part of an address: «oekonomi» of «/oekonomi/bilag/»; empty for the front page and for no page at all."""
    return path.strip("/").partition("/")[0]


def menu(person, path: str) -> list[MenuItem]:
    """The pages of the person's roles. Where they are: the longest address that the path begins with; else the only page
    of the same section (Omplaceringer and Afstemning belong to Bilag: all are below /oekonomi/)."""
    held = person.role_codes()
    pages = [(label, reverse(name)) for roles, label, name in MENU if not held.isdisjoint(roles)]
    here = max((url for _label, url in pages if path.startswith(url)), key=len, default="")
    neighbours = [url for _label, url in pages if section(url) == section(path)]
    if not here and len(neighbours) == 1:
        here = neighbours[0]
    return [MenuItem(label, url, url == here) for label, url in pages]
