"""EDIFACT: a streaming reader, the structure of messages, the CONTRL, and a writer of interchanges."""
