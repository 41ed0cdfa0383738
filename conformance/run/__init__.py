"""How a run goes: from the plan through pytest and its workers to the run log, and cleaning up."""
