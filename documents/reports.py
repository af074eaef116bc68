"""A report as PDF/UA: a cover, a list of contents with the numbers of pages, and the blocks under their headings."""

from dataclasses import dataclass, field, replace

from django.template.loader import render_to_string

from documents.blocks import Block, Heading
from documents.pdf import render_html


@dataclass(frozen=True)
class Cover:
    """The first page: what it is, its title, one line, and small print below."""

    title: str
    kind: str
    lead: str = ""
    about: list[str] = field(default_factory=list)


def render_report(cover: Cover, blocks: list[Block], *, running: str, language: str = "da", anchor: str = "") -> bytes:
    """The PDF of a report. `running`: the foot of each page; `anchor`: the journal's fingerprint, at the end."""
    anchored = [_named(place, block) for place, block in enumerate(blocks)]
    context = {
        "cover": cover,
        "title": f"{cover.title}. {cover.kind}",
        "headings": [block for block in anchored if isinstance(block, Heading) and block.anchor],
        "blocks": [(type(block).__name__, block) for block in anchored],
        "running": running,
        "language": language,
        "anchor": anchor,
    }
    return render_html(render_to_string("documents/report.html", context))


def _named(place: int, block: Block) -> Block:
    is_main = isinstance(block, Heading) and block.level == 2
    return replace(block, anchor=f"afsnit-{place}") if is_main else block
