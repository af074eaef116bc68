"""PDF/UA-1 from blocks: tagged, in Danish, fonts inside, no network, the same bytes for the same input.

Nothing but our own style sheet and fonts can be fetched while rendering. What a renderer may vary (the file's id)
is derived from the content instead, so a second rendering can be compared byte for byte.
"""

import functools
import io
from pathlib import Path

import pikepdf
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from documents.blocks import Block, by_page
from documents.tagging import complete

PRINT = Path(__file__).resolve().parent / "print"
SCHEME = "print:"


class RefusedAddress(FatalURLFetchingError):
    """A document asked for an address outside its own style sheet and fonts."""


class OwnFilesOnly(URLFetcher):
    """Serves «print:NAME» from documents/print and refuses every other address."""

    def fetch(self, url, headers=None):
        name = url.removeprefix(SCHEME)
        path = PRINT / name
        if not url.startswith(SCHEME) or path.parent != PRINT or not path.is_file():
            raise RefusedAddress(url)
        return super().fetch(path.as_uri(), headers)


@functools.cache
def _style() -> tuple[CSS, FontConfiguration]:
    """Our style sheet with its fonts, read once per process: reading the fonts takes longer than a letter."""
    fonts = FontConfiguration()
    return CSS(url=f"{SCHEME}document.css", url_fetcher=_fetcher(), font_config=fonts), fonts


def _fetcher() -> OwnFilesOnly:
    return OwnFilesOnly(allowed_protocols=["file"])


def render_html(html: str) -> bytes:
    """The PDF of a whole HTML page whose own addresses all begin with «print:»."""
    style, fonts = _style()
    raw = HTML(string=html, base_url=SCHEME, url_fetcher=_fetcher()).write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1", pdf_tags=True, presentational_hints=True
    )
    return _settled(raw)


def render_blocks(
    title: str, blocks: list[Block], *, letter: dict | None = None, running: str = "", language: str = "da", anchor: str = ""
) -> bytes:
    """The PDF of a list of blocks. `letter`: sender, recipient, date, references; `running`: the foot of each page."""
    context = {
        "title": title,
        "pages": [(wide, [(type(block).__name__, block) for block in run]) for wide, run in by_page(blocks)],
        "letter": letter,
        "running": running,
        "language": language,
        "anchor": anchor,
    }
    return render_html(render_to_string("documents/document.html", context))


def _settled(raw: bytes) -> bytes:
    """The same document with its tags complete, an id made of its content, and no moment of writing."""
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        complete(pdf)
        for key in ("/CreationDate", "/ModDate"):
            if key in pdf.docinfo:
                del pdf.docinfo[key]
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, linearize=False)
    return out.getvalue()
