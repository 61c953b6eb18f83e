"""Visible things, one a file: plain frozen data in, markup or a NiceGUI element out."""
