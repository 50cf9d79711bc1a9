"""What the program says to people, in whose language."""
