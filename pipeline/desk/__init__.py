"""The review desk: a page on this machine where a person compares doubted fields with the printed page and decides.

`queue` orders what is doubted, `evidence` gathers what speaks for and against one reading, `pictures` draws pages,
`decide` turns a person's answer into decisions (`pipeline.corrections`), `guard` keeps everyone else out, `server` puts
them behind addresses, `static/` is the page. Nothing is written but the folder of corrections.
"""
