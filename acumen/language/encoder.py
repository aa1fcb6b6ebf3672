"""The sentence encoder as a spaCy component: one int8 ONNX file, no torch."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
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

# A message is read by several components and by the search: whoever comes later need not encode it again.
REMEMBERED = 64

Vectors = npt.NDArray[Any]


class Model:
    """The network and its tokenizer, which may be used from several threads."""

    def __init__(self, network: bytes, tokenizer: bytes) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.files = {MODEL_FILE: network, TOKENIZER_FILE: tokenizer}
        options = onnxruntime.SessionOptions()
        # Sentences are short: one thread is as fast as two and leaves a core to the server.
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.enable_truncation(MAX_WORD_PIECES)
        self._tokenizer.no_padding()
        self.vector = lru_cache(maxsize=REMEMBERED)(self._vector)

    def _vector(self, text: str) -> Vectors:
        encoding = self._tokenizer.encode(text)
        feed = {
            "input_ids": np.asarray([encoding.ids], dtype=np.int64),
            "attention_mask": np.asarray([encoding.attention_mask], dtype=np.int64),
        }
        vector: Vectors = self._session.run(["embedding"], feed)[0][0]
        return vector


class SentenceEncoder:
    """Sets `doc.tensor`, shape (384,), and answers `doc.vector` and `token.vector` from it.

    Every token carries the vector of its whole text, so that a featurizer that
    averages token vectors, as Rasa's SpacyFeaturizer does, gets the sentence vector.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._model: Any = None
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
            vectors[row] = self._model.vector(text)
        return vectors

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the model and its tokenizer to `path`."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self._model.files.items():
            (folder / name).write_bytes(content)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "SentenceEncoder":
        """Load the model and its tokenizer from `path`."""
        folder = Path(path)
        self._model = _model((folder / MODEL_FILE).read_bytes(), (folder / TOKENIZER_FILE).read_bytes())
        return self

    def _attach(self, doc: Doc, vector: Vectors) -> Doc:
        doc.tensor = vector
        doc.user_hooks["vector"] = _doc_vector
        doc.user_token_hooks["vector"] = _token_vector
        doc.user_span_hooks["vector"] = _doc_vector_of_span
        return doc


@lru_cache(maxsize=1)
def _model(network: bytes, tokenizer: bytes) -> Model:
    """The model of these files: a process loads its pipeline more than once, and the network needs its memory once."""
    return Model(network, tokenizer)


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
