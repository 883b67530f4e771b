"""Where a publication goes: a folder for a server, or what `datasette publish` is given."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.errors import CorpusError
from publish.plugins.hosts import is_ours
from publish.public import deploy
from publish.site import site
from tests.publish.publication import Out
from tests.publish.site_corpus import Made, Site


def test_a_folder_holds_the_file_and_how_to_serve_it(out: Out, tmp_path: Path) -> None:
    folder = tmp_path / "server"
    files = deploy.write_folder(out.public, folder, host="corpus.example.org", install="wheel.whl")
    assert {path.name for path in files} == {path.name for path in folder.iterdir()}
    assert (folder / "public.db").read_bytes() == out.public.read_bytes()
    unit = (folder / "council-corpus.service").read_text()
    assert "serve --port 8001 --public-host corpus.example.org\n" in unit
    assert "DynamicUser=yes" in unit and "ProtectSystem=strict" in unit
    assert (
        "PathChanged=/srv/council-corpus/public.db"
        in (folder / "council-corpus-renew.path").read_text()
    )
    assert "corpus.example.org {" in (folder / "Caddyfile").read_text()
    nginx = (folder / "nginx.conf").read_text()
    assert "server_name corpus.example.org;" in nginx and "Host $host;" in nginx
    assert 'pip install "wheel.whl"' in (folder / "README.md").read_text()
    for path in folder.iterdir():
        assert str(out.made.path.parent).encode() not in path.read_bytes()
    assert deploy.write_folder(out.public, folder, host="", install="x") == files


def test_a_folder_that_holds_the_corpus_is_refused(out: Out, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="holds the corpus itself"):
        deploy.write_folder(out.public, out.public.parent, host="", install="x")
    (tmp_path / "file").touch()
    with pytest.raises(CorpusError, match="is a file"):
        deploy.write_folder(out.public, tmp_path / "file", host="", install="x")


def test_plain_datasette_serves_what_is_staged(out: Out, tmp_path: Path) -> None:
    deploy.stage(out.public, tmp_path, [deploy.ANY_HOST])
    assert {path.name for path in tmp_path.iterdir()} == {
        *("corpus.db", "metadata.json", "plugins", "static", "templates"),
    }
    told = json.loads((tmp_path / "metadata.json").read_text())
    assert told["plugins"]["council-corpus"]["hosts"] == ["*"]
    asked = f"/page/{out.ids['paper']}"
    given = [*deploy.options(tmp_path), *deploy.settings(), "--get", asked]
    run = [sys.executable, "-m", "datasette", "serve", "-i", str(tmp_path / "corpus.db"), *given]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "These are extracts" in done.stdout and "This is a published copy" in done.stdout
    assert "Haverstock" not in done.stdout


def test_the_command_names_every_part() -> None:
    told = deploy.command("cloudrun", Path("S"), "council-corpus==1", ["--service", "x"])
    assert told[:4] == ["datasette", "publish", "cloudrun", "S/corpus.db"]
    assert told[-2:] == ["--service", "x"] and "--install" in told
    assert "assets:S/static" in told and "--setting force_https_urls 1" in " ".join(told)


def test_what_a_provider_needs_is_said(monkeypatch: pytest.MonkeyPatch, out: Out) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CorpusError, match=r"needs the program `gcloud`, installed and logged in\."):
        deploy.deploy(out.public, "cloudrun", install="x", more=())
    assert len(deploy.PROVIDERS["fly"].lacks) == 2


def test_a_provider_that_refuses_is_an_error(
    monkeypatch: pytest.MonkeyPatch, out: Out, tmp_path: Path
) -> None:
    (tmp_path / "gcloud").write_text("#!/bin/sh\necho no project >&2; exit 7\n")
    (tmp_path / "gcloud").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CorpusError, match="ended with exit code"):
        deploy.deploy(out.public, "cloudrun", install="x", more=("--service", "x"))


@pytest.mark.parametrize(
    ("name", "good"),
    [
        *(("corpus.example.org", True), ("localhost", True), ("a-b.c", True)),
        *(("", False), ("-a.b", False), ("a b", False), ("a;reboot", False), ("a" * 300, False)),
        *(("a.b/c", False), ("a\n", False), ("$(x)", False)),
    ],
)
def test_names_of_hosts(name: str, good: bool) -> None:
    assert deploy.is_host(name) is good


def test_a_published_site_answers_at_its_own_name(out: Out) -> None:
    with site(out.public, hosts=["Corpus.example.org"]) as datasette:
        asked = Site(datasette)
        for host, status in (
            ("corpus.example.org", 200),
            ("127.0.0.1:8001", 200),
            ("evil.example", 421),
        ):
            answer = datasette.client.get("/", headers={"host": host})
            assert asked._loop.run_until_complete(answer).status_code == status
        asked.close()
    assert is_ours([(b"host", b"anything")], frozenset("*"))
    assert not is_ours([], frozenset("*"))


def test_a_corpus_of_ones_own_gets_no_public_name(made: Made) -> None:
    with (
        pytest.raises(CorpusError, match="is not published"),
        site(made.path, hosts=["corpus.example.org"]),
    ):
        pass


def test_the_command_deploys(
    tmp_path: Path, out: Out, study_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.main import main

    monkeypatch.setenv("PATH", "")

    target = tmp_path / "p.db"
    given = ["--corpus", str(out.made.path), "--study", str(study_folder)]
    given += ["publish", "--output", str(target)]

    def run(*more: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, [*given, *more])
        return done.exit_code, done.output

    code, told = run("--dry-run", "--to", "cloudrun", "--", "--service", "county")
    assert code == 0 and "Would run: datasette publish cloudrun" in told
    assert told.rstrip().splitlines()[-1].endswith("installed and logged in.")
    assert not target.exists()
    code, told = run("--to", str(tmp_path / "site"), "--host", "corpus.example.org")
    assert code == 0 and "7 files" in told and (tmp_path / "site" / "public.db").is_file()
    assert run("--to", "folder", "--host", "a b")[0] == 2
    assert run("--", "--service", "x")[0] == 2
