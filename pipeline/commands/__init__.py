"""The commands that look at a dataset or make something of it, one module each; `cli.py` puts them together."""
