"""Amazon's S3 service model compiled into routes, parsers and serialisers."""
