"""An invented organisation whose people answer: the generator, and the names and texts of the demo.

May import the standard library and numpy; no Django, no models. Never in here: writing rows, figures.
"""
