"""What the program must know of the machine below it: processes, memory, imports that can wait."""
