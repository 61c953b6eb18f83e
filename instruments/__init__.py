"""Bodies, instruments, measurement standards and their history: tables and the rules over them.

Every function takes a Session and the day it speaks about; nothing here opens a session, reads a setting or a clock.
"""
