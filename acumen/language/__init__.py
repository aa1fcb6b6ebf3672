"""The spaCy pipeline: tokens, sentences, sentence vectors, entities, questions."""
