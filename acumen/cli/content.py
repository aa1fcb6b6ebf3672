"""Working on articles: `acumen import` and `acumen check`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from acumen.cli.commands import Commands

if TYPE_CHECKING:
    from acumen.content.checking.texts import Find
    from acumen.content.importing.importer import Result
    from acumen.content.importing.suggest import Encode
    from acumen.content.library import Library

ENCODER = Path("models/acumen_en/acumen_encoder")


def add_to(commands: Commands) -> None:
    """Add `import` and `check` to the command's parser."""
    importing = commands.add_parser("import", help="make draft articles of web pages, Word, PDF and text files")
    importing.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER", help="what to import")
    importing.set_defaults(command=_import)

    check = commands.add_parser("check", help="look over the articles; the exit status is 1 where there are errors")
    check.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files to report on (default: all articles)")
    form = check.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the findings as JSON")
    form.add_argument("--sarif", action="store_true", help="print the findings as SARIF 2.1.0")
    check.set_defaults(command=_check)


def _import(arguments: argparse.Namespace) -> int:
    from acumen.content.importing.importer import Importer
    from acumen.content.importing.suggest import TopicSuggester, read_messages
    from acumen.content.lexicon import read_conditions
    from acumen.content.topics import read_topics

    data = Path("data")
    topics, conditions = read_topics(data / "topics.yml"), read_conditions(data / "lexicon.yml")
    encode = _encoder()
    suggester = TopicSuggester(topics, read_messages(data / "nlu"), encode)
    importer = Importer(data / "articles", suggester, encode, conditions)
    failed = False
    for result in importer.run(arguments.paths):
        _tell(result)
        failed = failed or result.status == "failed"
    return int(failed)


def _tell(result: Result) -> None:
    for problem in result.problems:
        print(problem, file=sys.stderr)
    if result.status in ("written", "updated", "unchanged"):
        print(f"{result.source}: {result.status}, {result.article}")
    for note in result.notes:
        print(f"  {note}")
    sys.stdout.flush()


def _check(arguments: argparse.Namespace) -> int:
    from datetime import date

    from acumen.content.checking import report
    from acumen.content.checking.check import check

    encode = _encoder()
    found = check(Path("data"), encode, lambda library: _retrieval(library, encode), date.today(), arguments.paths)
    if arguments.sarif:
        print(report.as_sarif(found, Path.cwd()))
    else:
        print(report.as_json(found) if arguments.json else report.as_text(found))
    return int(any(each.level == "error" for each in found))


def _retrieval(library: Library, encode: Encode) -> Find:
    """What the bot would answer a question from if it understood no topic."""
    from acumen.answering.embedded import EmbeddedStore
    from acumen.answering.passages import PassageIndex
    from acumen.answering.question import Question
    from acumen.answering.retrieve import Retriever

    index, retriever = PassageIndex(library, EmbeddedStore(), encode, lambda _: []), Retriever(library)

    def find(text: str) -> str | None:
        section = retriever.find(Question(text, ()), index.search(text).scores, everywhere=True)
        return section.key if section else None

    return find


def _encoder() -> Encode:
    """The sentence encoder of the language pipeline, without the rest of it."""
    from acumen.errors import AcumenError, problem
    from acumen.language.encoder import SentenceEncoder

    try:
        return SentenceEncoder(ENCODER).encode
    except OSError as error:
        raise AcumenError(problem("ACU203", folder=ENCODER, detail=error)) from error
