"""The practice catalogue as data: one TOML file per dimension, the questionnaires, and the loader that checks them.

May import the standard library only. Never in here: the database, Django, wording that belongs to a page.
"""
