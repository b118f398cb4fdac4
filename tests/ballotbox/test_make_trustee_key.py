"""A trustee's key pair is made by one file that runs alone, and fits what the poll reads."""

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from assessments.ballotbox import make_trustee_key as module
from assessments.ballotbox.keys import KeyProblem, parse_private_key, parse_public_key
from assessments.ballotbox.make_trustee_key import PRIVATE_NAME, PUBLIC_NAME, make_trustee_key, short_sign


@pytest.fixture
def made(tmp_path: Path) -> Path:
    make_trustee_key(tmp_path / "stick")
    return tmp_path / "stick"


def test_both_files_belong_together(made: Path) -> None:
    public = parse_public_key((made / PUBLIC_NAME).read_text())
    assert parse_private_key((made / PRIVATE_NAME).read_text(), public).public_key().public_bytes_raw() == public


def test_the_private_file_is_for_one_account_only(made: Path) -> None:
    assert stat.S_IMODE((made / PRIVATE_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("name", [PRIVATE_NAME, PUBLIC_NAME])
def test_a_file_that_stands_there_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(FileExistsError, match="never overwritten"):
        make_trustee_key(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_the_file_runs_alone_without_the_project(tmp_path: Path) -> None:
    """Copied somewhere else and run by a Python that knows no project and no working directory of it."""
    alone = shutil.copy(str(module.__file__), tmp_path / "make_trustee_key.py")
    done = subprocess.run([sys.executable, "-I", alone, "keys"], cwd=tmp_path, capture_output=True, text=True, check=True)
    public = parse_public_key((tmp_path / "keys" / PUBLIC_NAME).read_text())
    assert short_sign(public) in done.stdout
    assert (tmp_path / "keys" / PRIVATE_NAME).read_text().splitlines()[1] not in done.stdout
    again = subprocess.run([sys.executable, "-I", alone, "keys"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode == 1
    assert "never overwritten" in again.stderr


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_a_pair_made_by_openssl_serves_as_well(tmp_path: Path) -> None:
    private, public = tmp_path / "private.pem", tmp_path / "public.pem"
    for command in (f"genpkey -algorithm X25519 -out {private}", f"pkey -in {private} -pubout -out {public}"):
        subprocess.run(["openssl", *command.split()], check=True, capture_output=True)
    parse_private_key(private.read_text(), parse_public_key(public.read_text()))


class TestRefusals:
    def pem(self, key: X25519PrivateKey | Ed25519PrivateKey) -> tuple[str, str]:
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return private.decode(), key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def test_blanks_around_the_lines_do_not_matter(self, made: Path) -> None:
        public = parse_public_key("\r\n   ".join((made / PUBLIC_NAME).read_text().splitlines()))
        parse_private_key("\n\t" + " \n  ".join((made / PRIVATE_NAME).read_text().splitlines()) + "  ", public)

    def test_another_pairs_private_key(self, made: Path) -> None:
        private, _public = self.pem(X25519PrivateKey.generate())
        with pytest.raises(KeyProblem, match="not the one that belongs"):
            parse_private_key(private, parse_public_key((made / PUBLIC_NAME).read_text()))

    @pytest.mark.parametrize("text", ["", "secret", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "ключ"])
    def test_what_is_no_key(self, made: Path, text: str) -> None:
        with pytest.raises(KeyProblem, match="three lines") as caught:
            parse_private_key(text, parse_public_key((made / PUBLIC_NAME).read_text()))
        assert "secret" not in str(caught.value)
        with pytest.raises(KeyProblem):
            parse_public_key(text)

    def test_a_key_of_another_kind(self, made: Path) -> None:
        private, public = self.pem(Ed25519PrivateKey.generate())
        with pytest.raises(KeyProblem, match="three lines"):
            parse_private_key(private, parse_public_key((made / PUBLIC_NAME).read_text()))
        with pytest.raises(KeyProblem, match="another kind"):
            parse_public_key(public)

    def test_a_private_key_where_the_public_one_belongs(self, made: Path) -> None:
        with pytest.raises(KeyProblem, match="must stay with the trustee"):
            parse_public_key((made / PRIVATE_NAME).read_text())
