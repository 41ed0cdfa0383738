"""A wrong row or profile is refused with its file, its key and the reason."""

from pathlib import Path

import pytest

from matrix import MatrixError, include_rows, load_matrix, load_profile, read_rows

ROW = """
[[row]]
id = "get-object"
title = "GET object"
group = "Objects"
operations = ["GetObject"]
level = "must"
spec = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"
[row.commands]
boto3 = "s3.get_object(Bucket='bck', Key='obj')"
"""


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name.replace('_', '-')}.toml").write_text(text)
    return tmp_path


def test_a_right_row_is_loaded(tmp_path: Path) -> None:
    row = load_matrix(folder(tmp_path, objects=ROW)).rows["get-object"]
    assert (row.title, row.operations, row.level) == ("GET object", ("GetObject",), "must")


@pytest.mark.parametrize(
    ("was", "becomes", "key", "reason"),
    [
        ('level = "must"', 'level = "shall"', "level", "'shall'"),
        (
            'title = "GET object"',
            "title = 7",
            "title",
            "expected text that is not empty, and not 7",
        ),
        ('title = "GET object"', "", "get-object", "title: this key is missing"),
        (
            'group = "Objects"',
            'group = "Objects"\ncolour = "red"',
            "get-object",
            "colour: there is no such key; there are id, title",
        ),
        (
            '"https://docs',
            '"docs',
            "spec",
            "expected a URL that begins with http:// or https://, and not",
        ),
        (
            '["GetObject"]',
            '["get object"]',
            "operations[1]",
            "expected the name of an operation, such as GetObject",
        ),
        ('["GetObject"]', '["GetObject", "GetObject"]', "get-object", "named twice"),
        (
            'id = "get-object"',
            'id = "GET object"',
            "id",
            "expected small letters, digits and hyphens",
        ),
        ("boto3 =", "# boto3 =", "get-object", "no command"),
        (
            "[row.commands]",
            '[row.cannot]\nboto3 = "it can"\n[row.commands]',
            "get-object",
            "boto3 is in commands and in cannot",
        ),
    ],
)
def test_a_wrong_row_is_refused(
    tmp_path: Path, was: str, becomes: str, key: str, reason: str
) -> None:
    assert was in ROW
    with pytest.raises(MatrixError) as refused:
        load_matrix(folder(tmp_path, objects=ROW.replace(was, becomes)))
    message = str(refused.value)
    assert "objects.toml" in message
    assert key in message
    assert reason in message


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MatrixError, match=r"objects\.toml: not TOML: "):
        load_matrix(folder(tmp_path, objects="[[row"))


def test_a_file_with_more_than_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MatrixError, match=r"objects\.toml: rows: .*\[\[row\]\] tables only"):
        load_matrix(folder(tmp_path, objects=ROW + "[[rows]]\n"))


def test_a_folder_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MatrixError, match="no row"):
        load_matrix(tmp_path)


def test_an_id_that_is_taken_is_refused_with_both_files(tmp_path: Path) -> None:
    with pytest.raises(MatrixError, match=r"(?s)second\.toml.*get-object.*first\.toml"):
        load_matrix(folder(tmp_path, first=ROW, second=ROW))


def test_an_operation_in_a_row_and_in_the_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MatrixError, match=r"not-covered\.toml: not_covered: GetObject is in row"):
        load_matrix(folder(tmp_path, objects=ROW, not_covered='not_covered = ["GetObject"]'))


def test_an_operation_twice_in_the_list_is_refused(tmp_path: Path) -> None:
    twice = 'not_covered = ["PutObject", "PutObject"]'
    with pytest.raises(MatrixError, match=r"not_covered: named twice: PutObject"):
        load_matrix(folder(tmp_path, objects=ROW, not_covered=twice))


PROFILE = """
name = "mine"
title = "My S3"
source = "https://example.org/s3"
default = "unsupported"

[claims.get-object]
support = "limited"
words = "small ones"
cite = "https://example.org/s3#get"
"""


def test_a_profile_of_somebody_else_is_loaded_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(PROFILE)
    profile = load_profile(path)
    assert profile.claim("get-object").support == "limited"
    assert profile.claim("get-object").words == "small ones"
    unmentioned = profile.claim("put-object")
    assert (unmentioned.support, unmentioned.cite) == ("unsupported", "https://example.org/s3")


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        (
            "[claims.get-object]",
            "[claims.get-objekt]",
            "claims.get-objekt: there is no row 'get-objekt'; did you mean 'get-object'?",
        ),
        (
            '"limited"',
            '"partly"',
            "claims.get-object: support: 'partly' is none of limited, supported, unsupported",
        ),
        ('words = "small ones"', "", 'claims.get-object: support = "limited" needs words'),
        ("cite = ", "# cite = ", 'claims.get-object: support = "limited" needs words'),
        ('title = "My S3"', "", "title: this key is missing, and it is needed"),
        (
            'default = "unsupported"',
            'fallback = "x"',
            "fallback: there is no such key; there are name, title",
        ),
    ],
)
def test_a_wrong_profile_is_refused(tmp_path: Path, was: str, becomes: str, reason: str) -> None:
    assert was in PROFILE
    path = tmp_path / "mine.toml"
    path.write_text(PROFILE.replace(was, becomes))
    with pytest.raises(MatrixError) as refused:
        load_profile(str(path))
    assert str(refused.value).startswith(str(path))
    assert reason in str(refused.value)


def test_a_profile_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(
        MatrixError, match=r"profile 'nosuch'; there are aistore, aistore-3\.12, aws"
    ):
        load_profile("nosuch")


def test_what_is_declared_needs_no_support_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\ntitle = "Mine"\nsource = "https://example.org"\n'
        "[[claims.delete-object.declared]]\n"
        'check = "deleting_a_missing_key_succeeds"\nstatus = 404\ncode = "NoSuchKey"\n'
        'words = "it answers 404"\ncite = "https://example.org/delete"\n'
    )
    claim = load_profile(path).claim("delete-object")
    assert (claim.support, claim.declared[0].status) == ("supported", 404)


def test_an_unknown_key_is_told_with_its_place_and_the_nearest(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(PROFILE.replace("cite = ", "site = "))
    with pytest.raises(MatrixError) as refused:
        load_profile(path)
    assert "claims.get-object: site: there is no such key; did you mean cite?" in str(refused.value)


def test_a_file_that_was_written_again_is_read_again(tmp_path: Path) -> None:
    """The matrix is read once; what changed on the disk counts all the same."""
    file = tmp_path / "rows.toml"
    file.write_text(ROW)
    first = load_matrix(tmp_path)
    assert load_matrix(tmp_path) == first
    first.rows.clear()
    assert load_matrix(tmp_path).rows  # nobody else's copy
    file.write_text(ROW.replace("GET object", "GET another"))
    assert load_matrix(tmp_path).rows["get-object"].title == "GET another"


def test_rows_of_somebody_else_stand_after_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may take an operation that no row of ours has; a wrong one changes nothing."""
    ours = load_matrix()
    monkeypatch.setattr("matrix.loader._further", {})
    monkeypatch.setattr("matrix.loader._not_covered", lambda _file: ("Unheard",))
    theirs = ROW.replace("get-object", "theirs").replace('"GetObject"', '"Unheard"')
    (folder(tmp_path, theirs=theirs) / "inner").mkdir()
    (tmp_path / "inner" / "more.toml").write_text(ROW.replace("get-object", "inner"))

    include_rows(tmp_path)

    assert list(load_matrix().rows) == [*ours.rows, "inner", "theirs"]
    alone = tmp_path / "inner"
    assert list(load_matrix(alone).rows) == ["inner"]
    (alone / "wrong.toml").write_text(ROW)
    with pytest.raises(MatrixError, match=r"wrong\.toml: row 'get-object': id is taken by a row"):
        include_rows(alone)
    assert list(load_matrix().rows) == [*ours.rows, "inner", "theirs"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "row: expected at least one [[row]] table"),
        ("row = []", "row: expected at least one [[row]] table"),
        ("row = 3", "row: expected at least one [[row]] table"),
        ('row = [{title = "x"}]', "row 1: "),
        ('row = [{id = "x"}]', "row 'x': "),
        ("row = [3]", "row 1: expected a table, and not 3"),
        ('row = ["my id"]', "row 1: expected a table, and not 'my id'"),
        (ROW + "[[row]]\n", "row 2: "),
    ],
)
def test_a_row_without_its_id_is_told_by_its_number(tmp_path: Path, text: str, reason: str) -> None:
    file = folder(tmp_path, objects=text) / "objects.toml"

    with pytest.raises(MatrixError) as refused:
        read_rows(file)

    assert str(refused.value).startswith(f"{file}: {reason}")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("claims = 3", "claims: expected a table"),
        ("[claims]\nget-object = 3", "claims.get-object: expected a table, and not 3"),
    ],
)
def test_a_claim_is_a_table(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'name = "mine"\ntitle = "Mine"\nsource = "https://example.org"\n{text}')

    with pytest.raises(MatrixError) as refused:
        load_profile(file)

    assert str(refused.value) == f"{file}: {reason}"


def test_a_claim_that_says_no_support_has_the_profiles(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(PROFILE.replace('support = "limited"', ""))

    assert load_profile(path).claim("get-object").support == "unsupported"


@pytest.mark.parametrize("key", ["settings", "deviations"])
def test_a_servers_behaviour_is_no_profile(tmp_path: Path, key: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f"{key} = []")

    with pytest.raises(MatrixError, match=r"is a behaviour file of the reference server"):
        load_profile(path)
