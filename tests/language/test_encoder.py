"""The sentence encoder inside the language pipeline."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from spacy.language import Language

from acumen.language.encoder import MAX_WORD_PIECES, WIDTH, SentenceEncoder

TEXTS = [
    "does it hurt?",
    "How many sessions will I need for my back?",
    "Ça fait mal ?",
    "ok",
    "needles " * 50,
]


@pytest.fixture(scope="module")
def encoder(nlp: Language) -> SentenceEncoder:
    """The encoder of the committed pipeline."""
    return nlp.get_pipe("acumen_encoder")


@pytest.mark.parametrize("text", ["does it hurt?", "", "needles " * 2000, "針灸は痛いですか", "\u0000"])
def test_vectors_have_unit_length(encoder: SentenceEncoder, text: str):
    """Whatever the text, its vector has the width of the model and length one."""
    (vector,) = encoder.encode([text])

    assert vector.shape == (WIDTH,)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-3)


def test_no_texts_give_no_vectors(encoder: SentenceEncoder):
    """Nothing to encode is no fault."""
    assert encoder.encode([]).shape == (0, WIDTH)


def test_a_text_has_one_vector(encoder: SentenceEncoder):
    """A text's vector is the same each time, alone or among others."""
    together = encoder.encode(TEXTS)
    alone = np.stack([encoder.encode([text])[0] for text in TEXTS])

    np.testing.assert_array_equal(together, alone)


def test_texts_of_like_meaning_are_near(encoder: SentenceEncoder):
    """A question lies nearer to its paraphrase than to a question about another thing."""
    question, paraphrase, other = encoder.encode(
        ["Does acupuncture hurt?", "Are the needles painful?", "How do I get to the airport?"]
    )

    assert question @ paraphrase > question @ other


def test_only_the_beginning_of_a_long_text_is_read(encoder: SentenceEncoder):
    """What stands past the model's width cannot change a vector, nor break it."""
    text = "needle " * MAX_WORD_PIECES

    np.testing.assert_array_equal(*encoder.encode([text + "pain", text + "sleep"]))


def test_round_trip_to_disk(encoder: SentenceEncoder, tmp_path: Path):
    """An encoder that is written and loaded again gives the same vectors."""
    encoder.to_disk(tmp_path / "encoder")

    loaded = SentenceEncoder(tmp_path / "encoder")

    np.testing.assert_array_equal(loaded.encode(TEXTS), encoder.encode(TEXTS))


def test_doc_carries_the_vector_of_its_text(nlp: Language, encoder: SentenceEncoder):
    """Doc, token and span all answer with the sentence's vector, as Rasa's featurizer averages over tokens."""
    doc = nlp("does it hurt?")
    (expected,) = encoder.encode(["does it hurt?"])

    for vector in (doc.tensor, doc.vector, doc[0].vector, doc[-1].vector, doc[1:3].vector):
        np.testing.assert_array_equal(vector, expected)


def test_pipe_keeps_the_order(nlp: Language, encoder: SentenceEncoder):
    """A stream of texts comes back in its order, each with its own vector."""
    docs = list(nlp.pipe(TEXTS))

    assert [doc.text for doc in docs] == TEXTS
    np.testing.assert_array_equal(np.stack([doc.tensor for doc in docs]), encoder.encode(TEXTS))
