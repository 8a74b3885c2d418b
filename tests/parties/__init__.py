"""Who takes part in the tests: a browser with a person before it, and a relying party."""
