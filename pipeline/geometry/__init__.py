"""Plain geometry of pages and masks: which cells straight lines enclose, which blots a mask holds."""
