"""The document: one frozen content, rendered and verified. Knows results, no database and no screen."""
