"""The sentence encoder as a spaCy component: one int8 ONNX file, no torch."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

WIDTH = 384
MAX_WORD_PIECES = 256
MODEL_FILE = "encoder.onnx"
TOKENIZER_FILE = "tokenizer.json"

Vectors = npt.NDArray[Any]


class SentenceEncoder:
    """Sets `doc.tensor`, shape (384,), and answers `doc.vector` and `token.vector` from it.

    Every token carries the vector of its whole text, so that a featurizer that
    averages token vectors, as Rasa's SpacyFeaturizer does, gets the sentence vector.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._files: dict[str, bytes] = {}
        self._session: Any = None
        self._tokenizer: Any = None
        if folder is not None:
            self.from_disk(folder)

    def __call__(self, doc: Doc) -> Doc:
        return self._attach(doc, self.encode([doc.text])[0])

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Encode a stream of docs; order is kept."""
        for doc in stream:
            yield self(doc)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode `texts` to unit vectors, shape (len(texts), 384).

        Each text runs alone: int8 activations are scaled over a whole batch, so a
        text's vector would otherwise depend on its neighbours.
        """
        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for row, text in enumerate(texts):
            encoding = self._tokenizer.encode(text)
            feed = {
                "input_ids": np.asarray([encoding.ids], dtype=np.int64),
                "attention_mask": np.asarray([encoding.attention_mask], dtype=np.int64),
            }
            vectors[row] = self._session.run(["embedding"], feed)[0][0]
        return vectors

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the model and its tokenizer to `path`."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self._files.items():
            (folder / name).write_bytes(content)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "SentenceEncoder":
        """Load the model and its tokenizer from `path`."""
        import onnxruntime
        from tokenizers import Tokenizer

        folder = Path(path)
        self._files = {name: (folder / name).read_bytes() for name in (MODEL_FILE, TOKENIZER_FILE)}
        options = onnxruntime.SessionOptions()
        # Sentences are short: one thread is as fast as two and leaves a core to the server.
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            self._files[MODEL_FILE], options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_buffer(self._files[TOKENIZER_FILE])
        self._tokenizer.enable_truncation(MAX_WORD_PIECES)
        self._tokenizer.no_padding()
        return self

    def _attach(self, doc: Doc, vector: Vectors) -> Doc:
        doc.tensor = vector
        doc.user_hooks["vector"] = _doc_vector
        doc.user_token_hooks["vector"] = _token_vector
        doc.user_span_hooks["vector"] = _doc_vector_of_span
        return doc


def _doc_vector(doc: Doc) -> Vectors:
    return doc.tensor


def _token_vector(token: Token) -> Vectors:
    vector: Vectors = token.doc.tensor
    return vector


def _doc_vector_of_span(span: Span) -> Vectors:
    return _doc_vector(span.doc)


@Language.factory("acumen_encoder", assigns=["doc.tensor"])
def create_encoder(nlp: Language, name: str) -> SentenceEncoder:
    """Create an empty encoder; spaCy fills it from disk."""
    return SentenceEncoder()
