"""TRADACOMS, the British retail standard of 1982 that never went away: a streaming reader of its envelopes."""
