"""PDF → pages: the text layer where it can be believed, the picture of the page where it cannot."""
