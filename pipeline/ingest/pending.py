"""Pages that are finished while the next one is already begun, so that no core waits.

Recognition keeps every core busy that it is given; what comes before it (straightening, rulings, lines) mostly keeps
one. A reader therefore begins a page and hands it on; it is finished when the next one has been begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.models import Page, PageIssue


@dataclass(frozen=True, slots=True)
class PendingPage:
    """A page that has been begun; `finish` waits for it. `issues` are those of its reader, added to the page's own."""

    number: int
    finish: Callable[[], Page]
    issues: tuple[PageIssue, ...] = ()


ReadPage = Page | PendingPage
"""What a reader yields."""

ReadImage = Callable[..., ReadPage]
"""(picture as an H x W x 3 array, page number, width and height in points) → page."""


def finish_pages(pages: Iterable[ReadPage]) -> Iterator[Page]:
    """Return pages in order, each finished after the next one has been begun, or could not be.

    The first is begun at once, so that the caller may do something else until it is ready.
    """
    begun = iter(pages)
    return _finish_in_turn(next(begun, None), begun)


def _finish_in_turn(held: ReadPage | None, begun: Iterator[ReadPage]) -> Iterator[Page]:
    while held is not None:
        try:
            following = next(begun, None)
        except Exception:
            yield _finish(held)
            raise
        yield _finish(held)
        held = following


def _finish(page: ReadPage) -> Page:
    if isinstance(page, Page):
        return page
    whole = page.finish()
    return replace(whole, issues=(*whole.issues, *page.issues))
