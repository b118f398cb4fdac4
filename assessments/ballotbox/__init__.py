"""Sealing and opening ballots, and the keys for it: all cryptography in one small place.

May import the standard library and `cryptography`; no models, no Django. Web processes seal, only closing opens.
Never in here: which cycle is open, who answered, what an answer means.
"""
