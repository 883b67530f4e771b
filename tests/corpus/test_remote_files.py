"""Originals elsewhere: a real S3 server on loopback, and other stores of fsspec."""

import socket
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto.server import ThreadedMotoServer

from corpus import pool
from corpus.backup import backup, verify
from corpus.codebook import Codebook
from corpus.doctor import digest, problems
from corpus.errors import Broken
from corpus.files import FileStore, opened
from corpus.forget import forget
from corpus.ids import sha256
from corpus.remote_files import (
    ADDRESS,
    BadFiles,
    RemoteFiles,
    RemoteOriginal,
    _system,
    file_store,
    keep_address,
)
from corpus.settings import MEGABYTE
from corpus.store import reading, writing
from extract.run import extract
from tests.conftest import Make
from workbench.main import main


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """An S3 server with the bucket `papers`; returns its address."""
    running = ThreadedMotoServer(port=0)
    running.start()
    host, port = running.get_host_and_port()
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
    client = boto3.client(
        *("s3", "us-east-1"),
        endpoint_url=address,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    client.create_bucket(Bucket="papers")
    yield address
    running.stop()


@pytest.fixture
def s3(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty folder of that bucket, and fsspec told how to reach it."""
    import fsspec

    forkserver._forkserver._stop()  # workers are forked from one that knows the environment
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("FSSPEC_S3_ENDPOINT_URL", server)
    monkeypatch.setitem(fsspec.config.conf, "s3", {"endpoint_url": server})
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    _system.cache_clear()
    yield f"s3://papers/{tmp_path.name}"
    _system.cache_clear()


@pytest.fixture(params=["s3", "folder"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """S3, and a store on which a file appears before it is complete."""
    if request.param == "s3":
        return str(request.getfixturevalue("s3"))
    return (tmp_path / "elsewhere").as_uri()


def test_an_original_is_stored_once_fetched_and_removed(tmp_path: Path, address: str) -> None:
    files, content = RemoteFiles(tmp_path / "files", address), b"a paper"
    first, second = (files.put(content, sha256(content), ".pdf") for _ in range(2))
    assert first == second and files.stored() == {first: 7} and files.has(first)
    assert files.path(first).read_bytes() == content
    with files.original(first).here() as path:
        assert path.read_bytes() == content and path.suffix == ".pdf"
    assert not path.exists()
    files.remove(sha256(content))
    files.remove(sha256(content))
    assert files.stored() == {} and not files.has(first) and not files.path(first).is_file()


def test_what_was_fetched_longest_ago_makes_room(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("corpus.remote_files.FETCHED_BYTES", 15)
    files = RemoteFiles(tmp_path / "files", address)
    names = [files.put(bytes([n]) * 7, sha256(bytes([n])), ".txt") for n in range(3)]
    places = [files.path(name) for name in names]
    assert [place.is_file() for place in places] == [False, True, True]


def test_the_address_is_kept_and_another_one_is_refused(tmp_path: Path, address: str) -> None:
    folder = tmp_path / "files"
    for told in (f"{address}/", address):
        assert keep_address(folder, told).address == address
    assert (folder / ADDRESS).read_text() == f"{address}\n"
    assert file_store(folder).address == address
    with pytest.raises(BadFiles, match=r"Copy the folders .* then write that address into"):
        keep_address(folder, "s3://another/place")


def test_a_corpus_with_originals_here_keeps_them_here(tmp_path: Path) -> None:
    FileStore(tmp_path).put(b"x", sha256(b"x"), ".txt")
    with pytest.raises(BadFiles, match="originals of this corpus lie at"):
        keep_address(tmp_path, "s3://papers/x")
    with pytest.raises(BadFiles, match="no address such as"):
        keep_address(tmp_path / "other", "papers/x")


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_store_that_cannot_be_reached_stops_the_run_with_a_sentence(
    s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fsspec

    dead = {
        "endpoint_url": f"http://127.0.0.1:{unused_port()}",
        "config_kwargs": {"retries": {"max_attempts": 0}},
    }
    monkeypatch.setitem(fsspec.config.conf, "s3", dead)
    monkeypatch.setattr("s3fs.core.S3FileSystem.retries", 1)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    original = RemoteOriginal(s3, "ab/abc.txt")
    with pytest.raises(BadFiles, match=r"cannot be reached .* run the command again"):
        opened(Path.read_bytes, original)
    with pytest.raises(BadFiles, match="cannot be used"):
        keep_address(Path("nowhere"), "nonsense://here")


def size(path: Path) -> int:
    return path.stat().st_size


def test_an_original_that_is_gone_is_that_files_failure(s3: str) -> None:
    with pool.workers(1, 1024 * MEGABYTE) as processes:
        tasks = [("gone", (size, RemoteOriginal(s3, "ab/abc.txt")), 60.0)]
        ((_, answer),) = pool.each(processes, 1, opened, tasks)
    assert type(answer) is Broken and "FileNotFoundError" in str(answer)


@pytest.fixture
def elsewhere(
    s3: str, tmp_path: Path, bring_in: Callable[..., Any], codebook: Codebook, make: Make, folder
) -> tuple[Path, Path, dict[str, str]]:
    """The same papers in a corpus with S3, and in one without; returns the latter's digest."""
    papers = folder({"a.pdf": make.pdf("Predictive analytics here."), "b.txt": "Nothing."})
    command = ["import", str(papers), "--source", "folder-x"]
    found = []
    for name, options in (("far", ["--files", s3]), ("near", [])):
        (tmp_path / name).mkdir()
        path = tmp_path / name / "corpus.db"
        result = CliRunner().invoke(main, ["--corpus", str(path), *options, *command])
        assert result.exit_code == 0, result.output
        with writing(path, "test") as store:
            extract(store, codebook, jobs=1)
            found.append(digest(store))
    assert found[0] == found[1]
    return tmp_path / "far" / "corpus.db", tmp_path / "near" / "corpus.db", found[0]


def test_a_corpus_on_s3_is_the_same_corpus(elsewhere, s3: str, tmp_path: Path) -> None:
    """Imported, read by workers, checked, backed up, forgotten: nothing lies here but models."""
    far, _, wanted = elsewhere
    assert [path.name for path in (far.parent / "files").iterdir()] == [ADDRESS]
    with reading(far) as store:
        assert list(problems(store)) == []
        done = backup(store, tmp_path / "safe", advance=lambda count: None)
        assert done.problems == [] and (done.files, done.copied) == (2, 0)
    checked = verify(done.path)
    assert checked.problems == [] and checked.digest == wanted
    with writing(far, "test") as store:
        lost = store.value("select path from files where mime = 'text/plain'")
        forget(
            store,
            [
                store.value(
                    "select d.document from documents d join files using (sha256) where path = ?",
                    (lost,),
                )
            ],
            "asked",
        )
        assert lost not in store.files.stored() and len(store.files.stored()) == 1
        left = store.value("select path from files")
        store.files.remove(Path(left).stem)
        assert [p.what for p in problems(store)] == [
            f"the original {left} is missing; import or crawl it again"
        ]
    assert verify(done.path).problems == [
        f"the original {path} is missing at {s3}" for path in sorted((lost, left))
    ]


def test_without_the_extra_it_is_said_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    _system.cache_clear()
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(BadFiles, match=r"council-corpus\[s3\]"):
        RemoteFiles(tmp_path, "s3://papers/x").has("a")
