"""What AIStore has in addition to S3: proxy and targets, features, its native API.

How its S3 answers differ from Amazon's is in ``server_ref.deviations.aistore``; nothing here is
used unless one of those puts it in front of the gate.
"""
