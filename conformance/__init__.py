"""How it is tried: checks, clients, evidence and the run."""
