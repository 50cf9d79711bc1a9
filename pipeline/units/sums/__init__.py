"""Numbers that follow from others: what a printed one means, and whether it is the computed one, cut or rounded."""
