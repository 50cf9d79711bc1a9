"""Files that hold files: zip archives of documents, and the zip packages that are documents themselves."""
