"""The printed words of forms and what they stand for: words, their misreadings, the sections that they announce."""
