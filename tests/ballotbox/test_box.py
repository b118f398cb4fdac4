"""A box has one length, opens with one cycle's keys only and tells nothing before."""

import random
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.ballotbox.box import BOX_LENGTH, Ballot, BallotTooLong, ForgedBox, seal, unseal
from assessments.content.catalogue import read_catalogue

CODES = [practice.code for practice in read_catalogue().practices]
CYCLE = uuid.UUID("4f1c2b3a-0000-4000-8000-000000000001")
PRIVATE = X25519PrivateKey.generate()
PUBLIC = PRIVATE.public_key().public_bytes_raw()
MAC_KEY = b"m" * 32
UNIT = "8f0c2b3a-1111-4111-8111-111111111111"


def sealed(ballot: Ballot, **changes: object) -> bytes:
    return seal(ballot, **{"cycle": CYCLE, "public_key": PUBLIC, "mac_key": MAC_KEY, **changes})  # type: ignore[arg-type]


def opened(box: bytes, **changes: object) -> Ballot:
    return unseal(box, **{"cycle": CYCLE, "private_key": PRIVATE, "mac_key": MAC_KEY, **changes})  # type: ignore[arg-type]


def ballot_of(answers: dict[str, int] | None = None, helps: str = "", hinders: str = "") -> Ballot:
    return Ballot(unit=UNIT, answers=answers or {"kind-to-each-other": 4}, helps=helps, hinders=hinders)


texts = st.text(st.characters(), max_size=500)
ballots = st.builds(
    ballot_of,
    st.dictionaries(st.sampled_from(CODES), st.integers(0, 5), max_size=59),
    texts,
    texts,
)


class TestLength:
    @settings(max_examples=150)
    @given(ballots)
    def test_every_box_has_4096_bytes_and_gives_back_what_was_said(self, ballot: Ballot) -> None:
        box = sealed(ballot)
        assert len(box) == BOX_LENGTH == 4096
        back = opened(box)
        assert (back.unit, back.answers, back.helps, back.hinders) == (UNIT, ballot.answers, ballot.helps, ballot.hinders)

    @pytest.mark.parametrize(("low", "high"), [(0x20, 0x7F), (0x80, 0x800), (0x4E00, 0xA000), (0x1, 0x20), (0x10000, 0x110000)])
    def test_the_longest_ballot_fits_whatever_it_is_written_in(self, low: int, high: int) -> None:
        chance = random.Random(59)
        for _ in range(5):
            answers = {code: chance.randrange(6) for code in CODES}
            helps, hinders = ("".join(chr(chance.randrange(low, high)) for _ in range(500)) for _ in range(2))
            box = sealed(ballot_of(answers, helps, hinders))
            assert len(box) == BOX_LENGTH
            assert opened(box).helps == helps

    def test_one_of_many_answers_and_texts_is_as_long_as_an_empty_one(self) -> None:
        assert len(sealed(ballot_of())) == len(sealed(ballot_of(dict.fromkeys(CODES, 3), "x" * 500, "y" * 500)))

    def test_what_does_not_fit_is_refused_and_not_cut(self) -> None:
        chance = random.Random(1)
        with pytest.raises(BallotTooLong):
            sealed(ballot_of(helps="".join(chr(chance.randrange(0x10000, 0x110000)) for _ in range(2000))))


class TestSecrecy:
    def test_two_seals_of_one_ballot_share_no_byte_run(self) -> None:
        one, other = sealed(ballot_of(helps="Thanks")), sealed(ballot_of(helps="Thanks"))
        assert one != other
        assert not {one[at : at + 8] for at in range(len(one) - 8)} & {other[at : at + 8] for at in range(len(other) - 8)}

    def test_nothing_of_it_can_be_read_from_outside(self) -> None:
        box = sealed(ballot_of(helps="Marker-4711" * 40))
        assert b"Marker" not in box
        assert UNIT.encode() not in box

    def test_the_mark_of_the_spent_code_comes_back(self) -> None:
        marked = Ballot(UNIT, {"kind-to-each-other": 4}, mark="0f" * 16)
        assert opened(sealed(marked)).mark == "0f" * 16


class TestForgery:
    BOX = sealed(ballot_of())

    def test_another_key_opens_nothing(self) -> None:
        with pytest.raises(ForgedBox, match="cannot be opened"):
            opened(self.BOX, private_key=X25519PrivateKey.generate())

    def test_a_box_of_another_cycle_does_not_open_here(self) -> None:
        with pytest.raises(ForgedBox, match="cannot be opened"):
            opened(self.BOX, cycle=uuid.uuid4())

    def test_who_has_no_mac_key_cannot_make_a_box(self) -> None:
        with pytest.raises(ForgedBox, match="wrong MAC"):
            opened(sealed(ballot_of(), mac_key=b"guess" * 6 + b"12"))

    @pytest.mark.parametrize("at", [0, 31, 32, 2000, 4095])
    def test_a_flipped_bit_anywhere_refuses(self, at: int) -> None:
        box = bytearray(self.BOX)
        box[at] ^= 1
        with pytest.raises(ForgedBox):
            opened(bytes(box))

    @pytest.mark.parametrize("box", [b"", BOX[:-1], BOX + b"\0", bytes(4095)])
    def test_another_length_refuses(self, box: bytes) -> None:
        with pytest.raises(ForgedBox, match="wrong length"):
            opened(box)

    @pytest.mark.parametrize("box", [bytes(4096), b"\xff" * 4096])
    def test_rubbish_of_the_right_length_refuses(self, box: bytes) -> None:
        with pytest.raises(ForgedBox):
            opened(box)
