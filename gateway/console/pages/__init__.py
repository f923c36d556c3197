"""The console's pages, one file for each kind of thing. Each reads the store, or calls one verb of an operation."""
