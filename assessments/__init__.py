"""The one app of csculture: stores the questionnaire, collects both views, scores teams, renders reports. Map: README, "Where is what"."""
