"""When a page is the picture of a page: for files whose pages may be drawn or scanned."""

COVERING = 0.6
"""Share of the page that a picture must cover to be a scan of the page."""
