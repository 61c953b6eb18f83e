"""THE DOCUMENT: knows results; no database, no screen."""
