"""EDIFACT: a streaming reader of envelopes. Documents come with the next base map."""
