"""Sets of forms: the same form in two files, the same project in two kinds of forms or two years, and what that shows.

`facts` reduces a form to what is compared, `duplicates` and `links` tell which forms belong together, the other modules
ask what only shows beside another form. All work on the forms of one department, so that memory grows with the largest
department; only `peers` looks across districts, one kind of indicator at a time.
"""
