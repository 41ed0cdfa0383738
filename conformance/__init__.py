"""How a server is tested: checks, clients, evidence and the run."""
