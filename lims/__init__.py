"""The laboratory: who does what, in which order, and what is kept."""
