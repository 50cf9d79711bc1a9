"""The parts of a form, each read from its table: fields, funds, goals, rows, what stands below, the unit of money."""
