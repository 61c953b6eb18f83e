"""The things: instruments, standards, bodies and their history. A session is handed in."""
