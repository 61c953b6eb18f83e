"""The screens. No rule of the laboratory lives here."""
