"""Made-up articles."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from acumen.content.catalogue import Catalogue
from acumen.content.topics import read_topics


@pytest.fixture
def library(project: Path) -> ModuleType:
    """The module that makes articles up."""
    spec = spec_from_file_location("made_up", project / "benchmarks" / "library.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_articles_are_good(library: ModuleType, project: Path, tmp_path: Path):
    """They can be read like any others, and name topics that there are."""
    library.write_library(tmp_path / "articles", 30)
    catalogue = Catalogue()

    assert catalogue.update(tmp_path / "articles") == []
    assert len(catalogue) == 30
    assert catalogue.topics() <= read_topics(project / "data" / "topics.yml").keys()


def test_articles_depend_on_the_seed_alone(library: ModuleType):
    """The same seed gives the same articles, and few are the first of many."""
    many = list(library.made_up_articles(30, seed=1))

    assert list(library.made_up_articles(10, seed=1)) == many[:10]
    assert list(library.made_up_articles(10, seed=2)) != many[:10]


def test_articles_differ(library: ModuleType):
    """No two are alike."""
    texts = [text for _, text in library.made_up_articles(500)]

    assert len(set(texts)) == len(texts)
