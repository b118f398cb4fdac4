"""What numbers mean: pure functions from arrays and thresholds to frozen values.

May import the standard library, numpy and scipy; never Django, never the database, never a setting.
Never in here: reading or writing anything, wording for people, a decision that depends on who asks.
"""
