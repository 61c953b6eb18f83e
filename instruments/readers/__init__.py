"""Spreadsheets from outside as sheets of cells: one format, one file. `reading.read_sheets` chooses by the bytes."""
