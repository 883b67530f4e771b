"""Datasette's plugin marker, typed: what a plugin registers keeps its own type."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from datasette import hookimpl

Function = TypeVar("Function", bound=Callable[..., Any])
Route = tuple[str, Callable[..., Any]]


def hook(function: Function) -> Function:
    """Mark a function as the implementation of Datasette's hook of that name."""
    return cast(Function, hookimpl(function))
