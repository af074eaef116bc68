"""Forms of the pool's account and its rounds: they read what was typed; the domain decides."""
