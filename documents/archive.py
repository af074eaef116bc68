"""A ZIP of named files: safe names, no clock, the same bytes for the same files."""

import io
import re
import zipfile

from documents.docx import zip_entry


def safe_name(name: str) -> str:
    """A file name without folders, control characters or what Windows forbids."""
    cleaned = re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "_", name).strip(" .")
    return cleaned[:150] or "fil"


def build_zip(files: list[tuple[str, bytes]]) -> bytes:
    """Files in the order given; a second file of the same name gets a number."""
    out, used = io.BytesIO(), {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for wanted, content in files:
            name = "/".join(safe_name(part) for part in wanted.split("/") if part not in ("", ".", ".."))
            used[name] = used.get(name, 0) + 1
            if used[name] > 1:
                stem, dot, ending = name.rpartition(".")
                name = f"{stem} ({used[name]}){dot}{ending}" if dot else f"{name} ({used[name]})"
            archive.writestr(zip_entry(name), content)
    return out.getvalue()
