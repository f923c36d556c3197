"""The web console and the JSON API beside it: every list, every step of the road, and what a person may do to it."""
