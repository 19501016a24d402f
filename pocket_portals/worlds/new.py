"""Begin a world of one's own: a small pack that holds, plays to its end, and teaches by comments."""

from __future__ import annotations

import re
from pathlib import Path

from pocket_portals.clean import clean_line
from pocket_portals.errors import WorldError

TEMPLATE = Path(__file__).parent / "template" / "pack"  # a level down, so that the library lists no template

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def begin(folder: Path, title: str = "") -> list[Path]:
    """Write the pack into ``folder``, whose name becomes the world's id; the files written.

    Raises WorldError when the folder's name is no id, or when there is anything in it already.
    """
    ident = folder.absolute().name
    if not _ID.fullmatch(ident):
        raise WorldError(
            f"“{ident}” can't be the name of a world.", "Use small letters, digits and hyphens: my-world."
        )
    title = clean_line(title).strip() or ident.replace("-", " ").title()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise WorldError(
                f"There is something in {folder} already.", "Name a folder that is empty or new."
            )
        return [_write(source, folder, ident, title) for source in sorted(TEMPLATE.glob("*.yaml"))]
    except OSError as error:
        raise WorldError(f"{folder} can't be written: {error.strerror}.", "Name another folder.") from error


def _write(source: Path, folder: Path, ident: str, title: str) -> Path:
    text = source.read_text(encoding="utf-8")
    quoted = "'" + title.replace("'", "''") + "'"
    text = text.replace("my-world", ident).replace("title: My World", f"title: {quoted}", 1)
    target = folder / source.name
    with target.open("x", encoding="utf-8", newline="\n") as out:
        out.write(text)
    return target
