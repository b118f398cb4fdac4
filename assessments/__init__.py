"""The one app of csculture: asks both views, scores teams, renders reports. The map is in the README, "Where is what"."""
