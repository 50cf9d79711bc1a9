"""What pdfium says that a page draws: characters, texts, paths and pictures, and the lines and fills that they make."""
