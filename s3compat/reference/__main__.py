"""Write the pages of the reference into a folder: `python -m s3compat.reference [FOLDER]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from s3compat.reference.catalogue import catalogue
from s3compat.reference.pages import pages


def main() -> None:
    """Write every page, the catalogue beside them, and remove those that are no more."""
    parser = argparse.ArgumentParser(prog="python -m s3compat.reference", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/reference"))
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for old in folder.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder.parent / "catalogue.md").write_text(catalogue(), encoding="utf-8")


if __name__ == "__main__":
    main()
