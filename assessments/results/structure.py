"""The organisation as it is now, for HR: the tree of teams with counts and managers, one team, and what a search finds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Count

from assessments.models import Act, Cycle, CycleTeam, Membership, Organisation, Person, Team
from assessments.results.people import Found, find_people

FEW_TEAMS = 40  # all of them stand open
ON_A_PAGE = 50  # people of a team


@dataclass(slots=True)
class Node:
    """A team in the tree. own: people in it; people: in it and below; below: teams below, on all levels."""

    team: Team
    own: int = 0
    people: int = 0
    below: int = 0
    managers: list[Membership] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    is_open: bool = False

    @property
    def archived(self) -> bool:
        """Put away, and no roster has brought anybody back into it since."""
        return self.team.archived and not self.people


@dataclass(frozen=True, slots=True)
class Tree:
    """roots: what stands at the top; archived: what was put away, without what is below it."""

    nodes: Mapping[int, Node]
    roots: tuple[Node, ...]
    archived: tuple[Node, ...]

    @property
    def standing(self) -> int:
        return sum(not node.archived for node in self.nodes.values())


@dataclass(frozen=True, slots=True)
class Structure:
    """With a search `teams` and `people` are what it finds, else the tree is read."""

    tree: Tree
    sought: str
    teams: tuple[Node, ...]
    people: Found | None
    total: int
    running: Cycle | None


@dataclass(frozen=True, slots=True)
class TeamPage:
    """above: from the top down. pages: the unit of each closed cycle, newest first."""

    node: Node
    above: tuple[Node, ...]
    members: "Page[Membership]"
    pages: tuple[CycleTeam, ...]
    running: Cycle | None
    k: int


def structure_page(sought: str) -> Structure:
    tree, sought = read_tree(), sought.strip()
    heard = sought.casefold()
    teams = tuple(node for node in tree.nodes.values() if heard in node.team.path.casefold()) if sought else ()
    people = find_people(sought) if sought else None
    total = Person.objects.filter(active=True).count()
    return Structure(tree, sought, teams, people, total, Cycle.objects.running())


def read_tree() -> Tree:
    """All teams; three queries, however many there are."""
    nodes = {team.pk: Node(team) for team in Team.objects.order_by("path")}
    counts = Membership.objects.filter(person__active=True).order_by().values_list("team").annotate(Count("person", distinct=True))
    for key, people in counts:
        nodes[key].own = people
    leading = Membership.objects.filter(role=Membership.Role.LEADER, person__active=True).select_related("person")
    for place in leading.order_by("deputy", "position"):
        nodes[place.team_id].managers.append(place)
    ordered = sorted(nodes.values(), key=lambda node: node.team.path.casefold())
    # Longer paths first: what is below a team is summed up before the team itself.
    for node in sorted(ordered, key=lambda node: -len(node.team.path)):
        node.people += node.own
        if above := nodes.get(node.team.parent_id or 0):
            above.people += node.people
    shown = [node for node in ordered if not node.archived]
    for node in shown:
        if above := nodes.get(node.team.parent_id or 0):
            above.children.append(node)
    for node in reversed(shown):
        node.below = sum(1 + child.below for child in node.children)
        node.is_open = len(shown) <= FEW_TEAMS or node.team.parent_id is None
    roots = tuple(node for node in shown if node.team.parent_id is None)
    archived = tuple(node for node in ordered if node.archived and not _inside_archived(nodes, node))
    return Tree({node.team.pk: node for node in ordered}, roots, archived)


def team_page(team: Team, number: str) -> TeamPage:
    tree = read_tree()
    node = tree.nodes[team.pk]
    members = Membership.objects.filter(team=team, role=Membership.Role.MEMBER, person__active=True).select_related("person")
    pages = CycleTeam.objects.filter(team=team, cycle__in=Cycle.objects.closed()).select_related("cycle")
    return TeamPage(
        node=node,
        above=tuple(_above(tree.nodes, node)),
        members=Paginator(members.order_by("person__name", "person__employee_id"), ON_A_PAGE).get_page(number),
        pages=tuple(pages.order_by("-cycle__closes", "-cycle__pk")),
        running=Cycle.objects.running(),
        k=Organisation.current().k,
    )


def paths() -> list[str]:
    """Of all teams that stand, to choose one from."""
    return [node.team.path for node in read_tree().nodes.values() if not node.archived]


def latest_team_changes(most: int = 10) -> Iterable[Act]:
    return Act.objects.filter(what=Act.What.TEAMS)[:most]


def _above(nodes: Mapping[int, Node], node: Node) -> list[Node]:
    found: list[Node] = []
    while (above := nodes.get(node.team.parent_id or 0)) is not None:
        found.insert(0, above)
        node = above
    return found


def _inside_archived(nodes: Mapping[int, Node], node: Node) -> bool:
    above = nodes.get(node.team.parent_id or 0)
    return above is not None and above.archived
