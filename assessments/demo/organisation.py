"""Alder & Rowe, a retailer that does not exist: its departments and teams, what is planted in them, and its people's names."""

import unicodedata
from dataclasses import dataclass

from assessments.demo.generator import Design, Outcome, TeamPlan

NAME = "Alder & Rowe"
SEED = 20261122
QUARTERS = 6  # five closed cycles and one open
DOMAIN = "example.org"
LEADERS_RESPONSE = 0.95
NO_DEPARTMENT = 5  # the heads of departments answer for the whole, beside the five departments


@dataclass(frozen=True, slots=True)
class Department:
    """heads: its leader and deputies; they answer as a group of their own for the whole organisation."""

    name: str
    heads: int
    teams: tuple["DemoTeam", ...]


@dataclass(frozen=True, slots=True)
class DemoTeam:
    """A team of `size` members and one leader. has_mail is False where people get code cards.

    shifts: (name, size) of teams inside it; their leads, counted in `size`, answer in the team itself. The rest as in `TeamPlan`.
    """

    name: str
    size: int
    has_mail: bool = True
    response: float | None = None
    manager_bias: float | None = None
    level: float = 0.0
    rise: float = 0.0
    split: float = 0.0
    renewed_in: int | None = None
    unsure: float = 1.0
    shifts: tuple[tuple[str, int], ...] = ()


BLIND_SPOT = DemoTeam("Store 12", 14, response=0.86, manager_bias=1.2, level=-0.7)
TOO_SMALL = DemoTeam("Night line", 4)
RISING = DemoTeam("Contact centre A", 45, response=0.88, rise=1.0)
SPLIT = DemoTeam("Returns desk", 12, response=0.92, split=0.9)
FULL_RESPONSE = DemoTeam("Store 44", 8, response=1.0)
NO_MAIL = DemoTeam("Spare parts and repairs", 7, has_mail=False)
HIGH = DemoTeam("Business customers", 7, response=1.0, level=0.6)  # high everywhere
LOW = DemoTeam("Delivery South", 6, response=1.0, level=-1.1)  # low everywhere
RENEWED = DemoTeam("Store 53", 8, renewed_in=4)  # opened again with mostly new people: nothing is compared across that
UNSURE = DemoTeam("Delivery West", 7, unsure=9.0)  # drivers, who cannot say how people are hired
# Three shift leads answer in the warehouse itself, too few to stand alone: its smallest shift gives up its figures for them.
EARLY, LATE, NIGHT = "Early shift", "Late shift", "Night shift"
SHIFTS = DemoTeam("Warehouse", 45, shifts=((EARLY, 18), (LATE, 15), (NIGHT, 9)))

DEPARTMENTS = (
    Department(
        "Stores North",
        2,
        (
            BLIND_SPOT,
            DemoTeam("Store 15", 7),
            DemoTeam("Store 18", 8),
            DemoTeam("Store 21", 7),
            DemoTeam("Store 24", 6),
            DemoTeam("Store 27", 7),
            DemoTeam("Store 30", 5),
        ),
    ),
    Department(
        "Stores South",
        1,
        (
            DemoTeam("Store 41", 7),
            FULL_RESPONSE,
            DemoTeam("Store 47", 7),
            DemoTeam("Store 50", 6),
            RENEWED,
            DemoTeam("Store 56", 7),
            DemoTeam("Store 59", 6),
        ),
    ),
    Department(
        "Contact centres",
        2,
        (
            RISING,
            DemoTeam("Contact centre B", 45),
            DemoTeam("Chat and mail", 7),
            DemoTeam("Complaints", 6),
            HIGH,
            TOO_SMALL,
        ),
    ),
    Department(
        "Delivery and returns",
        1,
        (
            SHIFTS,
            DemoTeam("Delivery East", 7),
            UNSURE,
            LOW,
            SPLIT,
            NO_MAIL,
        ),
    ),
    Department(
        "Head office",
        1,
        (
            DemoTeam("Online shop", 7),
            DemoTeam("Buying", 6),
            DemoTeam("Marketing", 5),
            DemoTeam("Finance", 7),
            DemoTeam("People", 6),
            DemoTeam("IT support", 7),
        ),
    ),
)

# What the organisation thinks of itself: the middle of each dimension, and how far its items lie apart.
MIDDLES = {
    "kindness": 4.0,
    "leadership": 3.5,
    "standards": 3.7,
    "hiring": 3.4,
    "training": 3.6,
    "empowerment": 3.3,
    "recognition": 3.0,
    "wellbeing": 3.3,
    "customers": 3.6,
    "commitment": 3.9,
}
STEPS = (0.2, -0.25, 0.05, -0.1, 0.3)
DRIVERS = {"leadership": 0.45, "recognition": 0.25, "wellbeing": 0.15}
OUTCOME = "commitment"
HARD_TO_SAY = {"hire-for-service": 0.06, "methodical-hiring": 0.08, "ask-customers": 0.05}


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's place. unit: index of the simulated group that it answers in; leads: path of a team, or empty for a member."""

    unit: int
    path: str
    leads: str
    has_mail: bool


def all_units() -> tuple[TeamPlan, ...]:
    """The groups that answer: the heads of departments, the leaders in each department, then the teams one by one."""
    heads = sum(department.heads for department in DEPARTMENTS)
    groups = [TeamPlan(NO_DEPARTMENT, heads, response=LEADERS_RESPONSE)]
    groups += [TeamPlan(at, len(department.teams), response=LEADERS_RESPONSE) for at, department in enumerate(DEPARTMENTS)]
    for at, department in enumerate(DEPARTMENTS):
        for team in department.teams:
            planted = team.level, team.rise, team.split, team.renewed_in, team.unsure
            groups.append(TeamPlan(at, team.size, team.response, team.manager_bias, *planted))
    return tuple(groups)


def all_paths() -> tuple[str, ...]:
    """The path of each of `all_units`, so not of shifts; that of the whole organisation is its name."""
    teams = [f"{department.name} / {team.name}" for department in DEPARTMENTS for team in department.teams]
    return (NAME, *(department.name for department in DEPARTMENTS), *teams)


def all_seats() -> tuple[Seat, ...]:
    """One per simulated person, in the order of the survey's seats."""
    heads = [Seat(0, NAME, department.name, has_mail=True) for department in DEPARTMENTS for _ in range(department.heads)]
    leaders = [
        Seat(1 + at, department.name, f"{department.name} / {team.name}", has_mail=True)
        for at, department in enumerate(DEPARTMENTS)
        for team in department.teams
    ]
    teams = [(f"{department.name} / {team.name}", team) for department in DEPARTMENTS for team in department.teams]
    first = 1 + len(DEPARTMENTS)
    members = [seat for at, (path, team) in enumerate(teams) for seat in _seats_of(first + at, path, team)]
    return (*heads, *leaders, *members)


def _seats_of(unit: int, path: str, team: DemoTeam) -> list[Seat]:
    shifts = [(f"{path} / {name}", size) for name, size in team.shifts]
    leads = [Seat(unit, path, shift, team.has_mail) for shift, _size in shifts]
    inside = [Seat(unit, shift, "", team.has_mail) for shift, size in shifts for _ in range(size)]
    alone = team.size - len(leads) - len(inside)
    return [*leads, *inside, *(Seat(unit, path, "", team.has_mail) for _ in range(alone))]


def design_for(practices: list[tuple[str, str]]) -> Design:
    """The generator's parameters for a questionnaire given as (practice code, dimension code), in its order.

    Team differences are four times those of real surveys and people answer more, so that 32 teams show what 600 would.
    """
    codes = list(dict.fromkeys(dimension for _, dimension in practices))
    asked: dict[str, int] = dict.fromkeys(codes, 0)
    means = []
    for _, dimension in practices:
        means.append(MIDDLES[dimension] + STEPS[asked[dimension] % len(STEPS)])
        asked[dimension] += 1
    loadings = tuple((codes.index(code), weight) for code, weight in DRIVERS.items())
    return Design(
        dimension_of=tuple(codes.index(dimension) for _, dimension in practices),
        quarters=QUARTERS,
        item_means=tuple(means),
        outcome=Outcome(codes.index(OUTCOME), loadings),
        team_variance=4 * 0.045,
        response=(32.0, 7.0),
        harder_items=tuple((at, HARD_TO_SAY[code]) for at, (code, _) in enumerate(practices) if code in HARD_TO_SAY),
    )


LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "ð": "d", "ı": "i", "'": "", "-": ""})
_FIRST = """
    Amara Jonas Priya Tomasz Leila Mateo Hannah Kofi Ingrid Rafael Mei Oskar Fatima Liam Noor Piotr Aisha Henrik Sofia Dmitri
    Grace Yusuf Elena Callum Thandi Marco Anneke Ravi Chloe Idris Zuzana Patrick Nadia Luca Siobhan Emeka Freya Viktor Isabel Omar
    Marta Søren Yuki Daniel Ayşe Gareth Lucía Bram Nia Stefan Rosa Arjun Katrin Malik Beatriz Ewan Linh Jakub Olivia Tariq
    Astrid Hugo Shreya Niall Camila Petr Zainab Felix Maeve
"""
_LAST = """
    Okafor Lindqvist Sharma Nowak Haddad Rivera Weber Mensah Berg Costa Chen Virtanen Rahman Byrne Aziz Mazur Bello Nilsen
    Marino Shevchenko Adeyemi Demir Popescu Fraser Dlamini Ricci Visser Patel Laurent Musa Svoboda Doyle Mansour Greco Walsh Eze
    Larsen Horváth Moreno Farouk Silva Jensen Tanaka Hughes Yılmaz Pritchard Ortega Janssen Owusu Keller Ferreira Iyer Bauer Diallo
    Santos Muir Nguyen Wójcik Grant Hussain Holm Dubois Rao Kelly Vargas Beneš Sesay Brandt Quinn
"""
FIRST, LAST = tuple(_FIRST.split()), tuple(_LAST.split())


def person_name(number: int) -> str:
    """A name for the n-th person; none twice among the first few thousand."""
    return f"{FIRST[number % len(FIRST)]} {LAST[(number + number // len(FIRST)) % len(LAST)]}"


def address_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.translate(LETTERS)).encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '.')}@{DOMAIN}"
