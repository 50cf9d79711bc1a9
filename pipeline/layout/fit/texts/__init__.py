"""The texts of a page: runs, those that a reader took for one, and the labels that they spell."""
