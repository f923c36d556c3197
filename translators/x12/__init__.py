"""X12: a streaming reader, structure as data, a walker, a writer and the two acknowledgments."""
