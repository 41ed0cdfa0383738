"""Put on the PYTHONPATH of a CLI process, so that it records itself. Nothing imports it here."""
