"""Connect: who may, form, one service or one result, respond. A view is a function of at most 30 lines."""
