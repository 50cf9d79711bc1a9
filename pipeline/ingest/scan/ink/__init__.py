"""The ink of a straight sheet → text lines, and what ink says by its shape alone."""
