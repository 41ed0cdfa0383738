"""The table of errors: each code S3 answers, with its status and its usual message.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from __future__ import annotations

from server_ref.errors.select_codes import SELECT_CODES

# code -> (status, message). Messages as Amazon S3 answers them; where S3 says something of its own
# for each cause (InvalidArgument, InvalidRequest, …) the operation gives the message.
CODES: dict[str, tuple[int, str]] = {
    # not errors with a body, but answers an operation ends with
    "NotModified": (304, "Not Modified"),
    # the request as a whole
    "AccessDenied": (403, "Access Denied"),
    "AccessForbidden": (
        403,
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of"
        " Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers"
        " are not whitelisted by the resource's CORS spec.",
    ),
    "AccountProblem": (403, "There is a problem with your AWS account."),
    "AllAccessDisabled": (403, "All access to this object has been disabled"),
    "BadRequest": (400, "An error occurred when parsing the HTTP request."),
    "InternalError": (500, "We encountered an internal error. Please try again."),
    "InvalidAddressingHeader": (400, "You must specify the Anonymous role."),
    "InvalidArgument": (400, "Invalid Argument"),
    "InvalidHostHeader": (400, "The host headers provided in the request used the incorrect style"),
    "InvalidHTTPMethod": (400, "The specified HTTP method is not valid."),
    "InvalidRequest": (400, "Invalid Request"),
    "InvalidURI": (400, "Couldn't parse the specified URI."),
    "MetadataTooLarge": (400, "Your metadata headers exceed the maximum allowed metadata size"),
    "MethodNotAllowed": (405, "The specified method is not allowed against this resource."),
    "MissingRequestBodyError": (400, "Request Body is empty"),
    "MissingSecurityHeader": (400, "Your request was missing a required header"),
    "MissingSecurityElement": (400, "The SOAP 1.1 request is missing a security element"),
    "NotImplemented": (501, "A header you provided implies functionality that is not implemented"),
    "OperationAborted": (
        409,
        "A conflicting conditional operation is currently in progress against this resource."
        " Please try again.",
    ),
    "PermanentRedirect": (
        301,
        "The bucket you are attempting to access must be addressed using the specified endpoint."
        " Please send all future requests to this endpoint.",
    ),
    "PreconditionFailed": (412, "At least one of the pre-conditions you specified did not hold"),
    "Redirect": (307, "Temporary Redirect"),
    "RequestHeaderSectionTooLarge": (
        400,
        "Your request header section exceeds the maximum allowed size.",
    ),
    "RequestTimeout": (
        400,
        "Your socket connection to the server was not read from or written to within the timeout"
        " period.",
    ),
    "RequestTorrentOfBucketError": (
        400,
        "Requesting the torrent file of a bucket is not permitted.",
    ),
    "ServiceUnavailable": (503, "Service is unable to handle request."),
    "SlowDown": (503, "Please reduce your request rate."),
    "TemporaryRedirect": (
        307,
        "Please re-send this request to the specified temporary endpoint. Continue to use the"
        " original request endpoint for future requests.",
    ),
    "UnexpectedContent": (400, "This request does not support content"),
    "UnsupportedArgument": (400, "The request contained an unsupported argument."),
    "UserKeyMustBeSpecified": (
        400,
        "The bucket POST must contain the specified field name. If it is specified, please check"
        " the order of the fields.",
    ),
    # signatures
    "AuthorizationHeaderMalformed": (400, "The authorization header is malformed."),
    "AuthorizationQueryParametersError": (
        400,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential,"
        " X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    ),
    "CredentialsNotSupported": (400, "This request does not support credentials."),
    "ExpiredToken": (400, "The provided token has expired."),
    "InvalidAccessKeyId": (
        403,
        "The AWS Access Key Id you provided does not exist in our records.",
    ),
    "InvalidSecurity": (403, "The provided security credentials are not valid."),
    "InvalidToken": (400, "The provided token is malformed or otherwise invalid."),
    "NotSignedUp": (
        403,
        "Your account is not signed up for the Amazon S3 service. You must sign up before you can"
        " use Amazon S3.",
    ),
    "RequestExpired": (400, "Request has expired"),
    "RequestTimeTooSkewed": (
        403,
        "The difference between the request time and the current time is too large.",
    ),
    "SignatureDoesNotMatch": (
        403,
        "The request signature we calculated does not match the signature you provided. Check your"
        " key and signing method.",
    ),
    "TokenRefreshRequired": (400, "The provided token must be refreshed."),
    "UnsupportedSignature": (
        400,
        "The provided request is signed with an unsupported STS Token version or the signature"
        " version is not supported.",
    ),
    "XAmzContentSHA256Mismatch": (
        400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
    ),
    # bodies
    "BadDigest": (400, "The Content-MD5 you specified did not match what we received."),
    "EntityTooLarge": (400, "Your proposed upload exceeds the maximum allowed size"),
    "EntityTooSmall": (400, "Your proposed upload is smaller than the minimum allowed size"),
    "IncompleteBody": (
        400,
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
    ),
    "InlineDataTooLarge": (400, "Inline data exceeds the maximum allowed size."),
    "InvalidChunkSizeError": (
        403,
        "Only the last chunk is allowed to have a size less than 8192 bytes",
    ),
    "InvalidDigest": (400, "The Content-MD5 you specified was invalid."),
    "InvalidPayer": (403, "All access to this object has been disabled."),
    "InvalidPolicyDocument": (
        400,
        "The content of the form does not meet the conditions specified in the policy document.",
    ),
    "InvalidTag": (400, "The tag provided was not a valid tag."),
    "MalformedACLError": (
        400,
        "The XML you provided was not well-formed or did not validate against our published schema",
    ),
    "MalformedPOSTRequest": (
        400,
        "The body of your POST request is not well-formed multipart/form-data.",
    ),
    "MalformedPolicy": (400, "Policies must be valid JSON and the first byte must be '{'"),
    "MalformedTrailerError": (
        400,
        "The request contained trailing data that was not well-formed or did not conform to our"
        " published schema.",
    ),
    "MalformedXML": (
        400,
        "The XML you provided was not well-formed or did not validate against our published schema",
    ),
    "MaxMessageLengthExceeded": (400, "Your request was too big."),
    "MaxPostPreDataLengthExceeded": (
        400,
        "Your POST request fields preceeding the upload file was too large.",  # S3 spells it so
    ),
    "MissingAttachment": (400, "A SOAP attachment was expected, but none was found."),
    "MissingContentLength": (411, "You must provide the Content-Length HTTP header."),
    "RequestIsNotMultiPartContent": (
        412,
        "Bucket POST must be of the enclosure-type multipart/form-data.",
    ),
    # buckets
    "BucketAlreadyExists": (
        409,
        "The requested bucket name is not available. The bucket namespace is shared by all users of"
        " the system. Please select a different name and try again.",
    ),
    "BucketAlreadyOwnedByYou": (
        409,
        "Your previous request to create the named bucket succeeded and you already own it.",
    ),
    "BucketHasAccessPointsAttached": (
        400,
        "The bucket you are attempting to delete has access points attached.",
    ),
    "BucketNotEmpty": (409, "The bucket you tried to delete is not empty"),
    "IllegalLocationConstraintException": (
        400,
        "The unspecified location constraint is incompatible for the region specific endpoint this"
        " request was sent to.",
    ),
    "InvalidBucketAclWithObjectOwnership": (
        400,
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    ),
    "InvalidBucketAclWithBlockPublicAccessError": (
        400,
        "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
    ),
    "InvalidBucketName": (400, "The specified bucket is not valid."),
    "InvalidBucketNamespace": (
        400,
        "The requested bucket is in the account-regional namespace of another account or Region.",
    ),
    "InvalidBucketOwnerAWSAccountID": (
        400,
        "The value of the expected bucket owner parameter must be an AWS Account ID...",
    ),
    "InvalidBucketState": (409, "The request is not valid with the current state of the bucket."),
    "InvalidLocationConstraint": (400, "The specified location-constraint is not valid"),
    "InvalidNamespaceHeader": (
        400,
        "The requested bucket is an account-regional namespace bucket, but the provided"
        " x-amz-bucket-namespace header value is global.",
    ),
    "InvalidRegion": (403, "The specified region is not valid."),
    "MissingNamespaceHeader": (
        400,
        "The requested bucket is an account-regional namespace bucket, but your request is missing"
        " the required x-amz-bucket-namespace header.",
    ),
    "NoSuchBucket": (404, "The specified bucket does not exist"),
    "TooManyBuckets": (400, "You have attempted to create more buckets than allowed"),
    "UnauthorizedAccess": (
        403,
        "The China region can be accessed only by China region accounts.",
    ),
    # objects, versions, parts
    "ConditionalRequestConflict": (
        409,
        "The conditional request cannot succeed due to a conflicting operation against this"
        " resource.",
    ),
    "InvalidEncryptionAlgorithmError": (
        400,
        "The Encryption request you specified is not valid. Supported value: AES256.",
    ),
    "InvalidObjectState": (403, "The operation is not valid for the object's storage class"),
    "InvalidPart": (
        400,
        "One or more of the specified parts could not be found.  The part may not have been"
        " uploaded, or the specified entity tag may not match the part's entity tag.",
    ),
    "InvalidPartNumber": (416, "The requested partnumber is not satisfiable"),
    "InvalidPartOrder": (
        400,
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
    ),
    "InvalidRange": (416, "The requested range is not satisfiable"),
    "InvalidRedirectLocation": (
        400,
        "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    ),
    "InvalidStorageClass": (400, "The storage class you specified is not valid"),
    "KeyTooLongError": (400, "Your key is too long"),
    "KMS.DisabledException": (400, "The request was rejected because the KMS key is disabled."),
    "KMS.KMSInvalidStateException": (400, "The state of the KMS key is not valid for the request."),
    "KMS.NotFoundException": (400, "The KMS key was not found."),
    "NoSuchKey": (404, "The specified key does not exist."),
    "NoSuchUpload": (
        404,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have"
        " been aborted or completed.",
    ),
    "NoSuchVersion": (404, "The specified version does not exist."),
    "ObjectAlreadyInActiveTierError": (
        403,
        "This object is already in the active tier and cannot be restored.",
    ),
    "ObjectNotInActiveTierError": (
        403,
        "The source object of the COPY action is not in the active tier.",
    ),
    "RestoreAlreadyInProgress": (409, "Object restore is already in progress"),
    # sub-resources
    "AnnotationLimitExceeded": (
        400,
        "The request would exceed the maximum number of annotations allowed per object.",
    ),
    "AnnotationNameTooLong": (400, "The annotation name exceeds 512 bytes."),
    "IdempotencyParameterMismatch": (
        400,
        "The parameters of this request are not those of the earlier request with the same token.",
    ),
    "InvalidAnnotationName": (400, "The annotation name you provided is invalid."),
    "InvalidConfigurationId": (400, "The specified configuration id is invalid."),
    "InvalidPrefix": (400, "The annotation prefix you provided is invalid."),
    "NoLoggingStatusForKey": (400, "There is no such thing as the ?logging sub-resource for a key"),
    "NoSuchAnnotation": (404, "The specified annotation does not exist."),
    "UserAnnotationNameMustBeSpecified": (400, "You must specify a user annotation name."),
    "UnsupportedMediaType": (415, "The annotation payload is not valid UTF-8 encoded text."),
    "AccessControlListNotSupported": (400, "The bucket does not allow ACLs"),
    "AmbiguousGrantByEmailAddress": (
        400,
        "The e-mail address you provided is associated with more than one account.",
    ),
    "CrossLocationLoggingProhibitted": (403, "Cross S3 location logging not allowed. "),
    "IdMismatch": (400, "Document ID does not match the specified configuration ID."),
    "IllegalVersioningConfigurationException": (
        400,
        "The Versioning element must be specified",
    ),
    "InvalidRetentionPeriod": (400, "Retention period must be a positive integer value"),
    "InvalidS3DestinationBucket": (400, "Invalid bucket ARN."),
    "InvalidTagError": (400, "The tag provided was not a valid tag."),
    "InvalidTargetBucketForLogging": (400, "The target bucket for logging does not exist"),
    "MalformedContinuationToken": (400, "The continuation-token you provided invalid."),
    "MetadataConfigurationNotFound": (404, "The metadata configuration was not found"),
    "NoSuchBucketPolicy": (404, "The bucket policy does not exist"),
    "NoSuchConfiguration": (404, "The specified configuration does not exist."),
    "NoSuchCORSConfiguration": (404, "The CORS configuration does not exist"),
    "NoSuchLifecycleConfiguration": (404, "The lifecycle configuration does not exist"),
    "NoSuchObjectLockConfiguration": (
        404,
        "The specified object does not have a ObjectLock configuration",
    ),
    "NoSuchPublicAccessBlockConfiguration": (
        404,
        "The public access block configuration was not found",
    ),
    "NoSuchTagSet": (404, "The TagSet does not exist"),
    "NoSuchWebsiteConfiguration": (
        404,
        "The specified bucket does not have a website configuration",
    ),
    "ObjectLockConfigurationNotFoundError": (
        404,
        "Object Lock configuration does not exist for this bucket",
    ),
    "OwnershipControlsNotFoundError": (404, "The bucket ownership controls were not found"),
    "ReplicationConfigurationNotFoundError": (
        404,
        "The replication configuration was not found",
    ),
    "ServerSideEncryptionConfigurationNotFoundError": (
        404,
        "The server side encryption configuration was not found",
    ),
    "TooManyConfigurations": (
        400,
        "You are attempting to create a new configuration but have already reached the limit.",
    ),
    "UnresolvableGrantByEmailAddress": (
        400,
        "The e-mail address you provided does not match any account on record.",
    ),
    **SELECT_CODES,
}
