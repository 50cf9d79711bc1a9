"""Published files → `data/raw`: the only part of the program that reaches out.

sources    SOURCES.yml: where to look, what to follow, what to take
guard      which hosts and addresses may be contacted at all
client     one request at a time and host, robots.txt, redirects by hand, retries
links      a listing page → its links
crawl      listings of a source → links to documents
names      safe file names, GBK understood
download   a document, resumed where it was cut off, checked before it is kept
manifest   what was stored, from where and when
harvest    all sources, one after the other
"""
