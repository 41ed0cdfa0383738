"""S3 Select: SQL over one CSV, JSON or Parquet object, answered as an event stream.

The expression is parsed and translated node by node (expression.py, translate.py); nothing of the
client's text reaches DuckDB. DuckDB sees one temporary file and may open no other (engine.py).
https://docs.aws.amazon.com/AmazonS3/latest/API/API_SelectObjectContent.html
"""
