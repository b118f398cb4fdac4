"""Shown figures written out. May import results only: an export computes nothing and decides nothing."""
