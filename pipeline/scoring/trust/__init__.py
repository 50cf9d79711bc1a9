"""How far a finding can be trusted: what it rests on was read for certain, and no slip of a recogniser explains it."""
