"""The picture of a page → a page with words and rulings, as if it had had a text layer."""
