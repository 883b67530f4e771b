"""What holds the house up: import directions, small modules, few writers."""

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STAGES = ("crawler", "extract", "coding", "models", "publish")
ROOMS = ("corpus", *STAGES, "demo", "workbench")
LONGEST = 350
HEAVY = ("scrapy", "twisted", "pdfplumber", "gensim", "sklearn", "datasette", "pandas", "numpy")
WRITERS = frozenset(
    [
        *("run.py", "runs.py", "keep.py", "ledger.py", "cadence.py", "presence.py"),
        *("pipelines.py", "importer.py", "procurements.py", "run_ocr.py", "run_packs.py"),
        *("run_read.py", "run_screen.py", "run_codings.py", "run_semantics.py"),
        "run_claims.py",
        "run_apply.py",
        *("run_suggest.py", "build.py", "run_tables.py"),
        *("run_entities.py", "run_links.py", "run_systems.py"),
        *("run_keep.py", "run_tests.py"),
    ]
)
WRITING_METHODS = frozenset(["insert_all", "upsert", "upsert_all", "enable_fts", "create_table"])
WRITING_SQL = ("insert ", "update ", "delete ", "drop ", "create ", "replace ")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


MODULES = {
    module_name(path): path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    if path.name != "__init__.py"
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def imports(tree: ast.AST, name: str) -> Iterator[str]:
    """Yield the full names imported anywhere in a module, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = name.split(".")[: -node.level] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def rooms_of(name: str, *, top_level: bool = False) -> set[str]:
    """Return the rooms that a module imports from, besides its own."""
    tree = TREES[name]
    if top_level:
        found: set[str] = set()
        for node in ast.iter_child_nodes(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                found |= {i.split(".")[0] for i in imports(ast.Module([node], []), name)}
    else:
        found = {imported.split(".")[0] for imported in imports(tree, name)}
    return (found & set(ROOMS)) - {name.split(".")[0]}


def of_room(*rooms: str) -> list[str]:
    return [name for name in MODULES if name.split(".")[0] in rooms]


def test_every_room_has_modules() -> None:
    assert {name.split(".")[0] for name in MODULES} == set(ROOMS)


@pytest.mark.parametrize("name", of_room("corpus"))
def test_the_ground_floor_imports_no_room(name: str) -> None:
    assert rooms_of(name) == set()


@pytest.mark.parametrize("name", of_room(*STAGES, "demo"))
def test_stages_and_demo_import_the_ground_floor_only(name: str) -> None:
    assert rooms_of(name) <= {"corpus"}


@pytest.mark.parametrize("name", of_room("workbench"))
def test_the_workbench_imports_stages_inside_functions_only(name: str) -> None:
    assert rooms_of(name, top_level=True) <= {"corpus"}


def test_modules_import_each_other_in_no_circle() -> None:
    graph = {
        name: {i for i in imports(tree, name) if i in MODULES and i != name}
        for name, tree in TREES.items()
    }
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"import cycle: {' → '.join(error.args[1])}")


def test_packages_say_nothing() -> None:
    spoken = [p for room in ROOMS for p in (ROOT / room).rglob("__init__.py") if p.read_text()]
    assert spoken == []


def test_no_module_is_too_long_to_read() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in MODULES.values()
    }
    long = {name for name, lines in lengths.items() if lines > LONGEST}
    assert not long, {name: lengths[name] for name in long}


def loaded_by(code: str) -> set[str]:
    """Return the top-level packages a fresh Python has loaded after running some code."""
    told = f"import sys; {code}; print(*{{m.split('.')[0] for m in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_command_line_starts_without_stages_and_heavy_libraries() -> None:
    loaded = loaded_by(
        "import workbench.main; from click.testing import CliRunner; "
        "assert 'import' in CliRunner().invoke(workbench.main.main, ['--help']).output"
    )
    assert "workbench" in loaded
    assert not loaded & {*STAGES, "demo", *HEAVY}


def test_a_corpus_is_opened_without_heavy_libraries() -> None:
    loaded = loaded_by("import corpus.store")
    assert "sqlite_utils" in loaded
    assert not loaded & {*HEAVY, "scipy"}


def test_a_build_with_nothing_new_loads_no_reader_and_no_model(tmp_path: Path) -> None:
    loaded = loaded_by(
        "from click.testing import CliRunner; from workbench.main import main; "
        f"done = CliRunner().invoke(main, ['--corpus', {str(tmp_path / 'corpus.db')!r}, 'build']); "
        "assert 'No topics' in done.output, done.output"
    )
    assert {"extract", "coding", "models"} <= loaded
    assert not loaded & {"pdfplumber", "pypdfium2", "openpyxl", "trafilatura", "PIL", "pandas"}
    assert not loaded & {"sklearn", "gensim", "datasketch"}


def test_commands_lie_where_the_command_line_looks_for_them() -> None:
    from workbench.main import COMMANDS

    defined = defaultdict(set)
    for name, tree in TREES.items():
        for node in ast.iter_child_nodes(tree):
            if isinstance(node, ast.FunctionDef):
                defined[name].add(node.name)
    places = {place for place, _ in COMMANDS.values()}
    assert {p for p in places if p.split(":")[1] not in defined[p.split(":")[0]]} == set()


def statements(node: ast.Call) -> Iterator[str]:
    """Yield the SQL texts given to a call, as far as they are written there."""
    for argument in node.args[:1]:
        for part in ast.walk(argument):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value.lstrip().lower()


def writes(tree: ast.AST) -> Iterator[int]:
    """Yield the lines on which a database is written to."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            sql = node.func.attr in ("execute", "executemany", "executescript")
            if node.func.attr in WRITING_METHODS or (
                sql and any(text.startswith(WRITING_SQL) for text in statements(node))
            ):
                yield node.lineno


def test_a_writer_would_be_seen() -> None:
    assert list(writes(ast.parse("db.execute('delete from pages')\ndb['x'].insert_all([])")))
    assert not list(writes(ast.parse("db.execute('select 1')\nd.update(x)")))


@pytest.mark.parametrize("name", of_room(*STAGES))
def test_only_the_writers_of_a_stage_write(name: str) -> None:
    if MODULES[name].name not in WRITERS:
        assert list(writes(TREES[name])) == []


@pytest.mark.parametrize("stage", ["crawler", "extract", "coding", "models"])
def test_every_collecting_stage_has_a_writer_that_the_check_sees(stage: str) -> None:
    assert [n for n in of_room(stage) if list(writes(TREES[n]))]
