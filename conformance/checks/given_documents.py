"""A small document that S3 takes, for every operation that has one. No check is here.

They are what an operation is sent where a check is about something else than its document.
"""

from __future__ import annotations

import json
from typing import Any

from conformance.checks.given_arns import absent_key, absent_tables
from conformance.trial import Trial

_DESTINATION = "arn:aws:s3:::{bucket}"
_RULE_OF_ROLE = "arn:aws:iam::{account}:role/replicates"
_EXPIRE = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "x/"}, "Expiration": {"Days": 1}}


def document(t: Trial, operation: str, bucket: str) -> dict[str, Any]:
    """The members of ``operation`` that are its document; KeyError where this has none."""
    members: dict[str, Any] = _about(t, bucket)[operation]
    return members


def _about(t: Trial, bucket: str) -> dict[str, dict[str, Any]]:
    arn = _DESTINATION.format(bucket=bucket)
    owner = {"Sid": "x", "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject"}
    policy = {"Version": "2012-10-17", "Statement": [{**owner, "Resource": f"{arn}/never"}]}
    inventory = {
        "Id": "x",
        "IsEnabled": False,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Weekly"},
        "Destination": {"S3BucketDestination": {"Bucket": arn, "Format": "CSV"}},
    }
    tiering = {
        "Id": "x",
        "Status": "Disabled",
        "Tierings": [{"Days": 90, "AccessTier": "ARCHIVE_ACCESS"}],
    }
    encryption = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    journal = {"RecordExpiration": {"Expiration": "DISABLED"}}
    table = {"TableBucketArn": absent_tables(t), "TableName": "x"}
    tags = {"TagSet": [{"Key": "color", "Value": "blue"}]}
    return {
        "CompleteMultipartUpload": {
            "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": '"x"'}]},
        },
        "CreateBucketMetadataConfiguration": {
            "MetadataConfiguration": {"JournalTableConfiguration": journal}
        },
        "CreateBucketMetadataTableConfiguration": {
            "MetadataTableConfiguration": {"S3TablesDestination": table}
        },
        "DeleteObjects": {"Delete": {"Objects": [{"Key": "key"}]}},
        "PutBucketAbac": {"AbacStatus": {"Status": "Disabled"}},
        "PutBucketAccelerateConfiguration": {"AccelerateConfiguration": {"Status": "Suspended"}},
        "PutBucketAcl": {"ACL": "private"},
        "PutBucketAnalyticsConfiguration": {
            "AnalyticsConfiguration": {"Id": "x", "StorageClassAnalysis": {}}
        },
        "PutBucketCors": {
            "CORSConfiguration": {
                "CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]
            }
        },
        "PutBucketEncryption": {"ServerSideEncryptionConfiguration": {"Rules": [encryption]}},
        "PutBucketIntelligentTieringConfiguration": {"IntelligentTieringConfiguration": tiering},
        "PutBucketInventoryConfiguration": {"InventoryConfiguration": inventory},
        "PutBucketLifecycleConfiguration": {"LifecycleConfiguration": {"Rules": [_EXPIRE]}},
        "PutBucketLogging": {"BucketLoggingStatus": {}},
        "PutBucketMetricsConfiguration": {"MetricsConfiguration": {"Id": "x"}},
        "PutBucketNotificationConfiguration": {"NotificationConfiguration": {}},
        "PutBucketOwnershipControls": {
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        },
        "PutBucketPolicy": {"Policy": json.dumps(policy)},
        "PutBucketReplication": {
            "ReplicationConfiguration": {
                "Role": _RULE_OF_ROLE.format(account="0" * 12),
                "Rules": [{"Status": "Disabled", "Prefix": "x", "Destination": {"Bucket": arn}}],
            }
        },
        "PutBucketRequestPayment": {"RequestPaymentConfiguration": {"Payer": "BucketOwner"}},
        "PutBucketTagging": {"Tagging": tags},
        "PutBucketVersioning": {"VersioningConfiguration": {"Status": "Enabled"}},
        "PutBucketWebsite": {"WebsiteConfiguration": {"IndexDocument": {"Suffix": "index.html"}}},
        "PutObjectAcl": {"ACL": "private"},
        "PutObjectLegalHold": {"LegalHold": {"Status": "OFF"}},
        "PutObjectLockConfiguration": {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}},
        "PutObjectRetention": {"Retention": {}},
        "PutObjectTagging": {"Tagging": tags},
        "PutPublicAccessBlock": {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}},
        "RestoreObject": {"RestoreRequest": {"Days": 1}},
        "SelectObjectContent": {
            "Expression": "SELECT * FROM S3Object",
            "ExpressionType": "SQL",
            "InputSerialization": {"CSV": {}},
            "OutputSerialization": {"CSV": {}},
        },
        "UpdateBucketMetadataAnnotationTableConfiguration": {
            "AnnotationTableConfiguration": {"ConfigurationState": "DISABLED"}
        },
        "UpdateBucketMetadataInventoryTableConfiguration": {
            "InventoryTableConfiguration": {"ConfigurationState": "DISABLED"}
        },
        "UpdateBucketMetadataJournalTableConfiguration": {"JournalTableConfiguration": journal},
        "UpdateObjectEncryption": {"ObjectEncryption": {"SSEKMS": {"KMSKeyArn": absent_key(t)}}},
    }
