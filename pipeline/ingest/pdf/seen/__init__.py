"""What of a PDF page a person sees: covered, overwritten and overlaid characters, and the page in its own picture."""
