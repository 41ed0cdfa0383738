"""What the server does after an answer: event notifications, replicas, access logs.

A reaction (events.py, replication.py) sees each change inside its transaction and queues a task;
a worker does it later. No request waits for any of it or fails because of it.
"""
