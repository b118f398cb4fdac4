"""What a page shows: functions that read stored figures and return frozen values.

May import models (never ballots) and analysis. Never in here: requests, writing, arithmetic that belongs to analysis.
"""
