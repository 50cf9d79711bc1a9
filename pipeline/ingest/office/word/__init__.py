"""What a Word document shows: its text as styles and tracked changes leave it, its numbers, tables and pictures."""
