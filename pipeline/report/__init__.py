"""The published dataset → a static site for auditors, which opens from disk and needs no network.

    readings   what a value was read as, in words
    printed    a form's rows → the printed table with its merged cells, each value with its place
    pictures   source files → pictures of their pages
    charts     distributions as SVG
    site       all pages, written aside and swapped in at once

Texts of documents reach a page only through Jinja's escaping; scripts and styles are files of the site, and the pages'
content security policy allows nothing else.
"""
