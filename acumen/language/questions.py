"""Splitting a message into the questions it asks."""

from itertools import pairwise

from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

SPANS = "questions"

# Words that ask wherever they stand, and words that ask only at the start of a sentence.
_ASKING = ["what", "why", "how", "wot", "whats", "hows", "whys"]
_ASKING_FIRST = ["when", "where", "who", "whom", "whose", "which", "any", "anyone", "whos", "wheres", "isnt", "doesnt"]
_VERBS = ["is", "are", "was", "were", "do", "does", "did", "can", "could", "will", "would", "should", "shall", "may"]
_VERBS += ["might", "must", "has", "have", "had", "am", "ca", "wo"]
_ASKING_VERBS = ["do", "does", "did", "is", "are", "can", "could", "will", "would", "should", "am"]
_PRONOUNS = ["i", "it", "you", "u", "they", "we", "he", "she", "acupuncture", "needles", "needling", "dry", "there"]
_SUBJECTS = [*_PRONOUNS, "its", "the", "this", "that", "these", "those", "my", "your", "a", "an", "patients", "people"]
_SUBJECTS += ["anyone", "someone", "any", "insurance", "n't", "nt"]
_JOINING = ["and", "also", "plus", "or", "n", "&", "but"]
_REQUESTS = ["tell", "explain", "describe", "wondering", "wonder", "curious"]


class QuestionSplitter:
    """Sets `doc.spans["questions"]`: the parts of the text that ask, in order.

    A sentence asks when it ends in a question mark or holds a question's
    opening: a question word, or a verb before its subject ("does it"). A
    joining word before such an opening starts a new question. A text that asks
    nothing is one question as a whole: patients often just name their trouble.
    """

    def __init__(self, vocab: Vocab) -> None:
        verb, subject = {"LOWER": {"IN": _VERBS}}, {"LOWER": {"IN": _SUBJECTS}}
        asking, first = {"LOWER": {"IN": _ASKING}}, {"LOWER": {"IN": _ASKING_FIRST}, "IS_SENT_START": True}
        word = {"LOWER": {"IN": _ASKING + _ASKING_FIRST}}
        joining = {"LOWER": {"IN": [*_JOINING, ","]}}
        extra = {"LOWER": {"IN": ["also", "then", "so", "if", "yes"]}, "OP": "?"}
        self._openings = Matcher(vocab)
        self._openings.add("WORD", [[asking], [first]])
        self._openings.add("VERB", [[{**verb, "IS_SENT_START": True}, subject]])
        self._openings.add("VERB_WITHIN", [[{"LOWER": {"IN": _ASKING_VERBS}}, {"LOWER": {"IN": _PRONOUNS}}]])
        self._openings.add("VERB_JOINED", [[joining, extra, verb, subject], [joining, extra, word]])
        self._openings.add("REQUEST", [[{"LOWER": {"IN": _REQUESTS}}]])
        self._joints = Matcher(vocab)
        self._joints.add("JOINT", [[joining, extra, word], [joining, extra, verb, subject]])

    def __call__(self, doc: Doc) -> Doc:
        asked = [part for sentence in doc.sents for part in self._parts(sentence) if self._asks(part)]
        doc.spans[SPANS] = [self._trim(part) for part in asked] or [doc[:]]
        return doc

    def _parts(self, sentence: Span) -> list[Span]:
        """Cut a sentence before each joining word that opens another question."""
        cuts = sorted({sentence.start + start for _, start, _ in self._joints(sentence)})
        cuts = [cut for cut in cuts if self._asks(sentence.doc[sentence.start : cut])]
        bounds = [sentence.start, *cuts, sentence.end]
        return [sentence.doc[start:end] for start, end in pairwise(bounds) if end > start]

    def _asks(self, part: Span) -> bool:
        if len(part) == 0:
            return False
        return part[-1].text.endswith("?") or bool(self._openings(part))

    @staticmethod
    def _trim(part: Span) -> Span:
        """Drop a leading joining word or comma."""
        start = part.start
        while start < part.end - 1 and part.doc[start].lower_ in {*_JOINING, ","}:
            start += 1
        return part.doc[start : part.end]


def halves_of(question: Span) -> list[tuple[Span, Span]]:
    """Where a joining word may join two questions: the words before it and those after, two or more on each side.

    "explain qi and also cortisol levels" gives "explain qi" and "cortisol levels"; whether
    these are two questions only their meaning can tell.
    """
    doc, joining = question.doc, {*_JOINING, "then", ","}
    halves = []
    for at in range(question.start + 1, question.end - 1):
        if doc[at].lower_ not in joining or doc[at - 1].lower_ in joining:
            continue
        after = next((i for i in range(at, question.end) if doc[i].lower_ not in joining), question.end)
        pair = doc[question.start : at], doc[after : question.end]
        if all(sum(token.is_alpha for token in half) >= 2 for half in pair):
            halves.append(pair)
    return halves


@Language.factory("acumen_questions", requires=["token.is_sent_start"])
def create_question_splitter(nlp: Language, name: str) -> QuestionSplitter:
    """Create the splitter; it has nothing to load."""
    return QuestionSplitter(nlp.vocab)
