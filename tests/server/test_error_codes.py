"""The status of every error code, as Amazon's list has it: 400, but for those that are named here.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
"""

from __future__ import annotations

from server_ref.errors import CODES

OTHERS = {
    301: "PermanentRedirect",
    304: "NotModified",
    307: "Redirect TemporaryRedirect",
    403: "AccessDenied AccessForbidden AccountProblem AllAccessDisabled InvalidAccessKeyId "
    "InvalidSecurity NotSignedUp RequestTimeTooSkewed SignatureDoesNotMatch InvalidChunkSizeError "
    "InvalidPayer InvalidRegion UnauthorizedAccess InvalidObjectState "
    "ObjectAlreadyInActiveTierError ObjectNotInActiveTierError CrossLocationLoggingProhibitted",
    404: "NoSuchBucket NoSuchKey NoSuchUpload NoSuchVersion NoSuchAnnotation "
    "MetadataConfigurationNotFound NoSuchBucketPolicy NoSuchConfiguration NoSuchCORSConfiguration "
    "NoSuchLifecycleConfiguration NoSuchObjectLockConfiguration "
    "NoSuchPublicAccessBlockConfiguration NoSuchTagSet NoSuchWebsiteConfiguration "
    "ObjectLockConfigurationNotFoundError OwnershipControlsNotFoundError "
    "ReplicationConfigurationNotFoundError ServerSideEncryptionConfigurationNotFoundError",
    405: "MethodNotAllowed",
    409: "OperationAborted BucketAlreadyExists BucketAlreadyOwnedByYou BucketNotEmpty "
    "InvalidBucketState ConditionalRequestConflict RestoreAlreadyInProgress",
    411: "MissingContentLength",
    412: "PreconditionFailed RequestIsNotMultiPartContent",
    415: "UnsupportedMediaType",
    416: "InvalidPartNumber InvalidRange",
    500: "InternalError",
    501: "NotImplemented",
    503: "ServiceUnavailable SlowDown Busy",
}


def test_the_status_of_every_code() -> None:
    named = {code: status for status, codes in OTHERS.items() for code in codes.split()}

    assert {code: status for code, (status, _) in CODES.items()} == {
        **dict.fromkeys(CODES, 400),
        **named,
    }


def test_every_code_has_a_message_of_one_line() -> None:
    for code, (_, message) in CODES.items():
        assert message, code
        assert message.isprintable(), code
