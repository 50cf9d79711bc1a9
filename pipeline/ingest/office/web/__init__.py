"""What a web page shows: its text as styles leave it, its tables and the pictures that it carries inside itself."""
