"""Private servers for tests: a broker, a database and a print server of our own beside whatever runs on the machine."""
