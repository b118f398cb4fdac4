"""Something happens: one function per verb, keyword-only, atomic. Mail goes out on commit.

May import models, mails, analysis, content, ballotbox. Only `ballots` writes a box, only `closing` opens boxes.
Never in here: requests, templates of pages, what a number means.
"""
