"""What `s3compat serve` prints once it listens: how to use it from aws, boto3 and s3cmd."""

from __future__ import annotations

from server_ref.server import S3Server


def instructions(server: S3Server, secret: str | None) -> str:
    """What to type to use the server; ``secret`` is None for a key that was shown before."""
    if secret is None:
        secret = f"…   # `s3compat admin --data {server.data} list --secrets` shows it"
    host = server.url.partition("://")[2]
    plain = "" if server.certificate else " --no-ssl"
    lines = [
        f"S3 at {server.url} (region {server.region})",
        "",
        f"export AWS_ACCESS_KEY_ID={server.access_key}",
        f"export AWS_SECRET_ACCESS_KEY={secret}",
        f"export AWS_DEFAULT_REGION={server.region}",
        f"export AWS_ENDPOINT_URL_S3={server.url}",
    ]
    if server.certificate:
        lines.append(f"export AWS_CA_BUNDLE={server.certificate}")
        plain = f" --ca-certs={server.certificate}"
    lines += [
        "",
        "aws     aws s3 mb s3://bucket",
        'boto3   boto3.client("s3").create_bucket(Bucket="bucket")',
        f"s3cmd   s3cmd --host={host} --host-bucket={host}{plain}"
        f" --region={server.region} mb s3://bucket",
        "",
        "Ctrl-C ends it.",
    ]
    if server.temporary:
        lines.append("What is stored is gone then; --data DIR keeps it.")
    return "\n".join(lines)
