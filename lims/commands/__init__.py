"""The commands of `lims`, one subject a module. Thin: they read the call, ask the laboratory, print."""
