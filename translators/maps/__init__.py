"""Maps: TOML texts that say which element becomes which field, compiled once to closures."""
