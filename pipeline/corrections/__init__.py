"""What people decided about doubted fields, as data: one text file per document, and its effect on the dataset.

`decision` is one line, `book` the lines of a folder with what stands for each cell, `journal` adds lines, `apply` puts
decisions on a document's rows, `results` keeps the corrected rows beside those that were read. What was read is never
changed: a decision that is taken back leaves no trace in the dataset.
"""
