"""The map of the README holds: who imports whom, how large things get, which view asks who may."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "assessments"
MODULES = sorted(path for path in APP.rglob("*.py") if "migrations" not in path.parts)

EVERYTHING = {
    "analysis",
    "content",
    "ballotbox",
    "models",
    "permissions",
    "mails",
    "services",
    "results",
    "importers",
    "exports",
    "forms",
    "views",
    "templatetags",
}
# package: what of `assessments` it may import besides itself
MAY_IMPORT = {
    "analysis": set(),
    "content": set(),
    "ballotbox": set(),
    "models": {"analysis.values"},
    "permissions": {"models"},
    "mails": {"models"},
    "accounts": {"models"},
    "demo": set(),
    "services": {"models", "mails", "analysis", "content", "ballotbox", "demo"},
    "results": {"models", "analysis"},
    "importers": {"models", "services"},
    "exports": {"results", "analysis.values"},
    "forms": {"models", "content"},
    "views": EVERYTHING - {"ballotbox"},
    "management": EVERYTHING,
    "templatetags": {"analysis", "permissions", "results"},
    "urls": {"views"},
    "apps": {"checks"},
    "checks": EVERYTHING,
    "admin": {"models"},
}
PURE = {"analysis", "content", "ballotbox", "demo"}
FOREIGN = {"analysis": {"numpy", "scipy"}, "content": set(), "ballotbox": {"cryptography"}, "demo": {"numpy"}}


def package_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_imports_only_what_its_package_may(path: Path) -> None:
    package = package_of(path)
    if package == "__init__":
        return
    for imported in imports_of(path):
        if not imported.startswith("assessments."):
            continue
        target = imported.removeprefix("assessments.")
        first = target.split(".")[0]
        allowed = first == package or first in MAY_IMPORT[package] or target in MAY_IMPORT[package]
        assert allowed, f"{name(path)} imports {imported}"


@pytest.mark.parametrize("path", [path for path in MODULES if package_of(path) in PURE], ids=name)
def test_pure_packages_know_neither_django_nor_the_database(path: Path) -> None:
    for imported in imports_of(path):
        first = imported.split(".")[0]
        assert first in sys.stdlib_module_names | {"assessments"} | FOREIGN[package_of(path)], f"{name(path)} imports {imported}"


def test_nothing_leads_from_ballots_to_invitations() -> None:
    for module, other in (("ballots", "invitations"), ("invitations", "ballots")):
        assert f"assessments.models.{other}" not in set(imports_of(APP / "models" / f"{module}.py"))


def test_only_one_service_writes_boxes_and_one_opens_them() -> None:
    seals = {name(path) for path in MODULES if re.search(r"\bseal\(", path.read_text())}
    opens = {name(path) for path in MODULES if re.search(r"\bunseal\(", path.read_text())}
    assert seals == {"assessments/ballotbox/box.py", "assessments/services/ballots.py"}
    assert opens == {"assessments/ballotbox/box.py", "assessments/services/closing.py"}


def test_results_and_pages_never_touch_a_box() -> None:
    for path in MODULES:
        if package_of(path) in {"results", "views", "exports", "templatetags", "forms"}:
            assert not re.search(r"\bBox\b", path.read_text()), name(path)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_modules_and_functions_stay_small(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= 400, f"{name(path)} has more than 400 lines"
    most = 30 if package_of(path) == "views" else 40
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= most, f"{name(path)}: {node.name} has {lines} lines"


def test_templates_stay_small_and_carry_no_style_or_script() -> None:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text()
        assert text.count("\n") <= 120, f"{name(path)} has more than 120 lines"
        if "mails" in path.parts or path.parent.name == "mails":
            continue
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=[\"']", text), f"{name(path)} carries style or an event attribute"
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), f"{name(path)} carries a script"


def test_there_are_no_drawers() -> None:
    drawers = {"utils", "helpers", "common", "tools", "misc"}
    assert not [name(path) for path in MODULES if path.stem in drawers]


def test_no_file_names_a_foreign_host() -> None:
    files = [
        path
        for folder in ("templates", "static")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in {".html", ".css", ".js"}
    ]
    for path in files:
        if "vendor" in path.parts:
            continue
        hosts = set(re.findall(r"https?://([^/\"' )]+)", path.read_text())) - {"www.w3.org"}
        assert not hosts, f"{name(path)} names {hosts}"


def test_the_poll_starts_without_numpy() -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; django.setup(); "
        "from django.urls import get_resolver; get_resolver().url_patterns; "
        "sys.exit(' '.join(name for name in ('numpy', 'scipy') if name in sys.modules) or None)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
