"""What the renderer leaves out of a PDF's tags: which way a table header points, and that the feet of pages are none.

The renderer marks a page's foot as content that no element holds; PDF/UA has everything in an element or an artifact.
"""

import re
from collections import defaultdict

import pikepdf

MARK = re.compile(rb"/\w+\n<</MCID (\d+)>>\nBDC")
FOOT = b"/Artifact\n<</Type/Pagination/Subtype/Footer>>\nBDC"
PARTS = ("/THead", "/TBody", "/TFoot")


def complete(pdf: pikepdf.Pdf) -> None:
    """Finish the tags of a rendered document in place."""
    tree = pdf.Root.StructTreeRoot
    held: dict[tuple, set[int]] = defaultdict(set)
    _walk(tree.K, held)
    for place, page in enumerate(pdf.pages):
        own = held[page.objgen]
        page.Contents.write(
            MARK.sub(lambda mark, own=own: mark[0] if int(mark[1]) in own else FOOT, page.Contents.read_bytes())
        )
        parents = tree.ParentTree.Nums[2 * place + 1]
        for mark in range(len(parents)):
            if mark not in own:
                parents[mark] = None


def _walk(nodes, held: dict[tuple, set[int]], part: str = "") -> None:
    """Collect the marks that elements hold, by page; give each table header its scope on the way."""
    for node in nodes:
        kind = str(node.S)
        if kind == "/TH":
            node.A.Scope = pikepdf.Name.Column if part == "/THead" else pikepdf.Name.Row
        kids = list(node.K)
        held[node.Pg.objgen if "/Pg" in node else None].update(kid for kid in kids if isinstance(kid, int))
        _walk([kid for kid in kids if not isinstance(kid, int)], held, kind if kind in PARTS else part)
