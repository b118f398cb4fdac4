"""Files from outside: rows -> checks -> preview -> apply. Every message carries the file's row number and what to do.

May import models to compare and services to apply. Never in here: writing to the database, words about where a file came from.
"""
