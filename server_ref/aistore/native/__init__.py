"""AIStore's own REST API, as far as its Python SDK and its CLI use it for buckets and objects.

It works on the store itself, not through S3 operations. What it does not have answers 501.
https://github.com/NVIDIA/aistore/blob/main/docs/http_api.md
"""
