"""A run over many documents: what is to be read (`sources`, `plan`), by whom (`supervise`, `worker`), and its outcome.

Each document is read in a supervised worker process with limits on time and memory. `lock` keeps two runs on one
output apart, `progress` and `summary` tell people and machines what happened, `upkeep` holds what is done between runs.
"""
