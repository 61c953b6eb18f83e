"""The store of the laboratory: database engines, tables, triggers and migrations."""
