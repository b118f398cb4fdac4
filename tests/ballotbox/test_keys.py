"""The key files of a cycle: for one user only, checked when read, gone when destroyed."""

import stat
import uuid
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from assessments.ballotbox import keys
from assessments.ballotbox.keys import KeyProblem, PublicPart, destroy_keys, make_keys, read_mac_key, read_private_key

UID = uuid.UUID("4f1c2b3a-0000-4000-8000-000000000001")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "ballots"


@pytest.fixture
def public(directory: Path) -> PublicPart:
    return make_keys(directory, UID, 5)


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full when the MAC key is written."""
    write = keys._write

    def full(path: Path, content: bytes) -> None:
        if path.suffix == ".mac":
            raise OSError(28, "No space left on device")
        write(path, content)

    monkeypatch.setattr(keys, "_write", full)


class TestMaking:
    def test_files_and_directory_are_for_one_user_only(self, directory: Path, public: PublicPart) -> None:
        files = sorted(directory.iterdir())
        assert [path.name for path in files] == [f"{UID}.mac", f"{UID}.private", f"{UID}.roll"]
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert [path.stat().st_size for path in files] == [32, 32, 0]
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700

    def test_the_public_part_holds_nothing_of_the_files(self, directory: Path, public: PublicPart) -> None:
        for path in directory.iterdir():
            assert path.read_bytes() != public.public_key
            assert path.suffix == ".roll" or path.read_bytes().hex() not in public.fingerprint

    def test_two_cycles_share_no_key(self, directory: Path, public: PublicPart) -> None:
        other = make_keys(directory, uuid.uuid4(), 5)
        assert other.public_key != public.public_key
        assert other.fingerprint != public.fingerprint
        assert len({path.read_bytes() for path in directory.iterdir() if path.suffix != ".roll"}) == 4

    def test_a_directory_that_cannot_be_written_is_a_key_problem(self, tmp_path: Path) -> None:
        blocked = tmp_path / "file"
        blocked.write_text("not a directory")
        with pytest.raises(KeyProblem, match="cannot be written"):
            make_keys(blocked, UID, 5)

    def test_keys_that_stand_there_are_never_overwritten(self, directory: Path, public: PublicPart) -> None:
        before = {path.name: path.read_bytes() for path in directory.iterdir()}
        with pytest.raises(KeyProblem, match="File exists"):
            make_keys(directory, UID, 5)
        assert {path.name: path.read_bytes() for path in directory.iterdir()} == before

    def test_a_full_disk_leaves_no_half_pair_behind(self, directory: Path, no_room: None) -> None:
        with pytest.raises(KeyProblem, match="No space left"):
            make_keys(directory, UID, 5)
        assert not list(directory.iterdir())

    def test_a_file_that_could_not_be_written_to_the_end_is_removed(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(descriptor: int) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(keys.os, "fsync", fail)
        with pytest.raises(KeyProblem, match="Input/output error"):
            make_keys(directory, UID, 5)
        assert not list(directory.iterdir())


class TestReading:
    def test_what_was_made_is_read_back(self, directory: Path, public: PublicPart) -> None:
        assert read_private_key(directory, UID, public).public_key().public_bytes_raw() == public.public_key
        assert read_mac_key(directory, UID, public) == (directory / f"{UID}.mac").read_bytes()

    def test_a_missing_file_is_a_key_problem(self, directory: Path, public: PublicPart) -> None:
        for read in (read_private_key, read_mac_key):
            with pytest.raises(KeyProblem, match="cannot be read"):
                read(directory, uuid.uuid4(), public)

    @pytest.mark.parametrize("length", [0, 31, 33])
    def test_a_file_of_another_length_is_a_key_problem(self, directory: Path, public: PublicPart, length: int) -> None:
        for path in directory.iterdir():
            path.write_bytes(b"x" * length)
        for read in (read_private_key, read_mac_key):
            with pytest.raises(KeyProblem, match=f"damaged: {length} bytes"):
                read(directory, UID, public)

    def test_another_key_in_the_file_is_a_key_problem(self, directory: Path, public: PublicPart) -> None:
        for path in directory.iterdir():
            path.write_bytes(b"x" * 32)
        for read in (read_private_key, read_mac_key):
            with pytest.raises(KeyProblem, match="this cycle was opened with"):
                read(directory, UID, public)

    def test_a_public_key_put_into_the_database_by_hand_is_not_vouched_for(self, directory: Path, public: PublicPart) -> None:
        """Else its owner could open each box, seal it again for the cycle's key and would never be noticed."""
        foreign = X25519PrivateKey.generate().public_key().public_bytes_raw()
        for fingerprint in (public.fingerprint, keys.fingerprint(foreign, 5, b"guess" * 6 + b"12", trustee=False), ""):
            with pytest.raises(KeyProblem, match="this cycle was opened with"):
                read_mac_key(directory, UID, PublicPart(foreign, 5, False, fingerprint))


class TestDestroying:
    def test_both_files_go_and_twice_is_fine(self, directory: Path, public: PublicPart) -> None:
        kept = make_keys(directory, other := uuid.uuid4(), 5)
        destroy_keys(directory, UID)
        destroy_keys(directory, UID)
        assert {path.stem for path in directory.iterdir()} == {str(other)}
        read_private_key(directory, other, kept)

    def test_the_content_is_overwritten_before_the_name_goes(self, directory: Path, public: PublicPart) -> None:
        path = directory / f"{UID}.private"
        before = path.read_bytes()
        with path.open("rb") as still_open:
            destroy_keys(directory, UID)
            after = still_open.read()
        assert len(after) == 32
        assert after != before

    def test_a_file_that_cannot_be_removed_is_a_key_problem(self, directory: Path) -> None:
        (directory / f"{UID}.private").mkdir(parents=True)
        with pytest.raises(KeyProblem, match="could not be removed"):
            destroy_keys(directory, UID)


class TestCount:
    """Two counts of different boxes would tell the difference."""

    BOXES = (b"a" * 32, b"b" * 32)

    def test_it_is_begun_and_goes_on_with_the_same_boxes_in_any_order(self, directory: Path, public: PublicPart) -> None:
        assert not keys.is_counted(directory, UID)
        assert keys.begin_count(directory, UID, self.BOXES)
        assert keys.is_counted(directory, UID)
        assert keys.begin_count(directory, UID, reversed(self.BOXES))

    def test_other_boxes_are_refused(self, directory: Path, public: PublicPart) -> None:
        keys.begin_count(directory, UID, self.BOXES)
        assert not keys.begin_count(directory, UID, self.BOXES[:1])
        assert not keys.begin_count(directory, UID, [*self.BOXES, b"c" * 32])

    def test_a_note_that_was_cut_off_counts_as_none(self, directory: Path, public: PublicPart) -> None:
        """Killed while it was written: nothing had been counted yet."""
        (directory / f"{UID}.counted").write_bytes(b"half")
        assert keys.begin_count(directory, UID, self.BOXES)

    def test_it_goes_with_the_keys(self, directory: Path, public: PublicPart) -> None:
        keys.begin_count(directory, UID, self.BOXES)
        destroy_keys(directory, UID)
        assert not list(directory.iterdir())
