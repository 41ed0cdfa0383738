"""The errors only SelectObjectContent has: code -> (status, message), a part of codes.py's table.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#SelectObjectContentErrorCodeList
"""

from __future__ import annotations

SELECT_CODES: dict[str, tuple[int, str]] = {
    "Busy": (503, "The service is unavailable. Try again later."),
    "CastFailed": (
        400,
        "Attempt to convert from one data type to another using CAST failed in the SQL expression.",
    ),
    "CSVParsingError": (
        400,
        "Encountered an error parsing the CSV file. Check the file and try again.",
    ),
    "EvaluatorBindingDoesNotExist": (
        400,
        "A column name or a path provided does not exist in the SQL expression.",
    ),
    "ExpressionTooLong": (
        400,
        "The SQL expression is too long: The maximum byte-length is 256 KB.",
    ),
    "IncorrectSqlFunctionArgumentType": (
        400,
        "Incorrect type of arguments in function call in the SQL expression.",
    ),
    "InvalidCompressionFormat": (
        400,
        "The file is not in a supported compression format. Only GZIP and BZIP2 are supported.",
    ),
    "InvalidDataSource": (
        400,
        "Invalid data source type. Only CSV, JSON, and Parquet are supported.",
    ),
    "InvalidDataType": (400, "The SQL expression contains an invalid data type."),
    "InvalidExpressionType": (
        400,
        "The ExpressionType is invalid. Only SQL expressions are supported.",
    ),
    "InvalidFileHeaderInfo": (
        400,
        "The FileHeaderInfo is invalid. Only NONE, USE, and IGNORE are supported.",
    ),
    "InvalidJsonType": (400, "The JsonType is invalid. Only DOCUMENT and LINES are supported."),
    "InvalidKeyPath": (400, "The key path in the SQL expression is invalid."),
    "InvalidQuoteFields": (
        400,
        "The QuoteFields is invalid. Only ALWAYS and ASNEEDED are supported.",
    ),
    "InvalidRequestParameter": (
        400,
        "The value of a parameter in SelectRequest element is invalid. Check the service API"
        " documentation and try again.",
    ),
    "InvalidScanRange": (400, "The ScanRange is invalid."),
    "InvalidTextEncoding": (400, "Invalid encoding type. Only UTF-8 encoding is supported."),
    "EvaluatorInvalidTimestampFormatPatternSymbol": (
        400,
        "The time stamp format pattern contains an invalid symbol in the SQL expression.",
    ),
    "JSONParsingError": (
        400,
        "Encountered an error parsing the JSON file. Check the file and try again.",
    ),
    "LikeInvalidInputs": (400, "Invalid argument given to the LIKE clause in the SQL expression."),
    "MissingHeaders": (
        400,
        "Some headers in the query are missing from the file. Check the file and try again.",
    ),
    "MissingRequiredParameter": (
        400,
        "The SelectRequest entity is missing a required parameter. Check the service documentation"
        " and try again.",
    ),
    "ObjectSerializationConflict": (
        400,
        "InputSerialization specifies more than one format (CSV, JSON, or Parquet), or"
        " OutputSerialization specifies more than one format (CSV or JSON). InputSerialization and"
        " OutputSerialization can specify only one format each.",
    ),
    "OverMaxColumn": (
        400,
        "The number of columns in the result is greater than the maximum allowable number of"
        " columns.",
    ),
    "OverMaxRecordSize": (
        400,
        "The length of a record in the input or result is greater than the maxCharsPerRecord"
        " limit of 1 MB.",
    ),
    "ParquetParsingError": (
        400,
        "Encountered an error parsing the Parquet file. Check the file and try again.",
    ),
    "ParseUnexpectedToken": (400, "The SQL expression contains an unexpected token."),
    "ParseSelectMissingFrom": (400, "The SQL expression contains no FROM after the SELECT list."),
    "TruncatedInput": (
        400,
        "Object decompression failed. Check that the object is properly compressed using the"
        " format specified in the request.",
    ),
    "UnsupportedFunction": (400, "Encountered an unsupported SQL function."),
    "UnsupportedScanRangeInput": (
        400,
        "Scan range queries are not supported on this type of object.",
    ),
    "UnsupportedSqlOperation": (400, "Encountered an unsupported SQL operation."),
    "UnsupportedSqlStructure": (
        400,
        "Encountered an unsupported SQL structure. Check the SQL Reference.",
    ),
    "IntegerOverflow": (400, "A value in the SQL expression is out of its type's range."),
    "AmbiguousFieldName": (400, "More than one field of the file has this name."),
    "EvaluatorInvalidArguments": (
        400,
        "A function has the wrong number of arguments.",
    ),
    "EvaluatorNegativeLimit": (400, "LIMIT must not be negative."),
    "EvaluatorTimestampFormatPatternDuplicateFields": (
        400,
        "The time stamp format pattern has one field more than once.",
    ),
    "EvaluatorTimestampFormatPatternHourClockAmPmMismatch": (
        400,
        "The time stamp format pattern has an hour that AM or PM does not go with.",
    ),
    "EvaluatorUnterminatedTimestampFormatPatternToken": (
        400,
        "The time stamp format pattern has a token that does not end.",
    ),
    "InvalidColumnIndex": (400, "There is no column of this index."),
    "LexerInvalidChar": (400, "The SQL expression has a character that is not valid."),
    "MultipleDataSourcesUnsupported": (400, "Multiple data sources are not supported."),
    "ParseAsteriskIsNotAloneInSelectList": (400, "Where * is in the SELECT list it stands alone."),
    "ParseCastArity": (400, "The SQL expression CAST has incorrect arity."),
    "ParseEmptySelect": (400, "The SELECT clause is empty."),
    "ParseExpectedDatePart": (400, "A date part is missing in the SQL expression."),
    "ParseExpectedExpression": (400, "An expression is missing in the SQL expression."),
    "ParseExpectedIdentForAlias": (400, "The name of the alias is missing in the SQL expression."),
    "ParseExpectedLeftParenAfterCast": (
        400,
        "The left parenthesis after CAST is missing.",
    ),
    "ParseExpectedArgumentDelimiter": (400, "A comma is missing between two arguments."),
    "ParseInvalidContextForWildcardInSelectList": (400, "* cannot be used here."),
    "ParseExpectedKeyword": (400, "A keyword is missing in the SQL expression."),
    "ParseExpectedLeftParenValueConstructor": (400, "A left parenthesis is missing."),
    "ParseInvalidTypeParam": (400, "A parameter of a type in the SQL expression is not valid."),
    "ParseMissingIdentAfterAt": (400, "An identifier is missing after the @ symbol."),
    "EmptyRequestBody": (400, "The request body cannot be empty."),
    "ParseExpectedNumber": (400, "A number is missing in the SQL expression."),
    "ParseExpectedRightParenBuiltinFunctionCall": (
        400,
        "A right parenthesis is missing in the SQL expression.",
    ),
    "ParseExpectedTypeName": (400, "The name of a type is missing in the SQL expression."),
    "ParseExpectedWhenClause": (400, "The WHEN clause is missing in the SQL expression."),
    "ParseMalformedJoin": (400, "JOIN is not supported in the SQL expression."),
    "ParseNonUnaryAgregateFunctionCall": (400, "An aggregate function has one argument."),
    "ParseUnsupportedCallWithStar": (400, "Only COUNT has (*) as a parameter."),
    "UnsupportedRangeHeader": (400, "A Range header is not supported for this operation."),
    "UnsupportedStorageClass": (400, "The storage class is not supported for this operation."),
}
