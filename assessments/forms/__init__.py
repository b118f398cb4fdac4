"""Validate and normalise what people type. May import models and content. Saving is elsewhere; clean methods return domain types."""
