"""`python -m pipeline.reference`: write the generated parts of `docs/` below the working directory."""

from __future__ import annotations

from pathlib import Path

from pipeline.reference.pages import render_pages


def main() -> None:
    """Write every page whose generated parts are not current."""
    folder = Path("docs")
    for name, text in render_pages(folder).items():
        page = folder / name
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
