"""The mails that one application owes on its whole way, and those that lie in a pool's folder."""

import contextlib
from email import message_from_bytes, policy

from tests.servers import wait_until

# who is written to about the case, in the order of the way; «nanna» stands in for the secretary
MAILS = """
ole.boegelund: Ansøgning {number} venter på din godkendelse
karen.lindegaard: Ansøgning {number} er sendt ind
dorte.kaersmose: Ansøgning {number} er sendt ind
rune.fjeldgaard: Du er sat på ansøgning {number}
rune.fjeldgaard: Ansøgning {number} er klar til dine point
dorte.kaersmose: Vi har et spørgsmål til ansøgning {number}
ole.boegelund: Vi har et spørgsmål til ansøgning {number}
karen.lindegaard: Ansøgning {number}: enheden har svaret
ole.boegelund: Ansøgning {number}: enheden har svaret
karen.lindegaard: Ansøgning {number}: de nye svar er godkendt
mads.holmegaard: Ansøgning {number} er indstillet og venter på dig
malene.birkholm: Ansøgning {number} er indstillet og venter på dig
karen.lindegaard: Ansøgning {number} er godkendt til politisk behandling
signe.bredahl: Ansøgning {number} er godkendt til politisk behandling
nanna.ravnholt: Ansøgning {number} er godkendt til politisk behandling
mads.holmegaard: Ansøgning {number} er sat på en dagsorden
malene.birkholm: Ansøgning {number} er sat på en dagsorden
frida.nordkvist: Ansøgning {number} er bevilget
karen.lindegaard: Ansøgning {number} er bevilget
dorte.kaersmose: Der er svar på ansøgning {number}
ole.boegelund: Der er svar på ansøgning {number}
"""


def mails_about(pool, number: str) -> list[str]:
    """«name: subject» of every mail of the folder that names the case in its subject."""
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (pool.var / "mails").glob("*.eml")]
    lines = [f"{mail['To'].partition('@')[0]}: {mail['Subject'].strip()}" for mail in mails]
    return sorted(line for line in lines if number in line)


def every_mail_is_there(pool, number: str) -> None:
    """Each that the way owes, once, and no other. The worker may be a moment behind the person."""
    owed = sorted(MAILS.format(number=number).strip().splitlines())
    with contextlib.suppress(SystemExit):
        wait_until(lambda: len(mails_about(pool, number)) >= len(owed), seconds=20)
    assert mails_about(pool, number) == owed
