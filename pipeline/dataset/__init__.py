"""The dataset beside its record types: columns, the rows of one document on their way, addresses of documents."""
