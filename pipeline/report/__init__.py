"""The published dataset → a static site for auditors, which opens from disk and needs no network.

    readings   what a value was read as, in words
    fields     one printed value with its place and its doubts
    rests      a finding → the cells that it rests on
    cards      findings in words, each with links to these cells
    weights    which forms to look at first, and why
    parts      the published rows, form by form
    printed    a form's rows → the printed table with its merged cells, each value with its place
    pairs      two forms of one project side by side
    pictures   source files → pictures of their pages
    charts     distributions as SVG
    entries    what lists know of each form, as data for the pages' scripts
    overview   the first page
    pages      pages written through Jinja
    site       all pages, written aside and swapped in at once
    sheet      the findings of one form on one page, to be written on
    paper      lists of findings as PDF files

Texts of documents reach a page only through Jinja's escaping; scripts and styles are files of the site, and the pages'
content security policy allows nothing else.
"""
