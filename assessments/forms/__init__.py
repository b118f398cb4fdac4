"""Validate and normalise what people type. May import models and content. Never in here: saving."""
