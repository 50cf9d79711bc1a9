"""The structure of a page as the best explanation of its words, its columns and its lines together.

`runs` are pieces of text with a place, `stacks` the labels that they spell, `evidence` the lines that are printed or
only seen. `bands` tells the parts of a form by their labels, `columns`, `rows` and `levels` divide each of them, and
`structure` draws what was found as rulings, so that everything after it sees a ruled page. A grid that is drawn and
explains the words (`whole`) is never touched.
"""
