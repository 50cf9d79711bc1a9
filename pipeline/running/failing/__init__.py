"""What a run could not read, and which of it is known: a run's files held against the list of known failures."""
