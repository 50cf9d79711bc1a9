"""Word files, spreadsheets and web pages → pages laid out on a drawing board of our own."""
