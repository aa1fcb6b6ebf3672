"""Splitting a message into the questions it asks."""

from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

SPANS = "questions"

_ASKING = ["what", "why", "how", "when", "where", "who", "whom", "whose", "which", "wot", "hw"]
_CONTRACTED = ["whats", "what's", "hows", "how's", "whos", "who's", "wheres", "isnt", "doesnt", "dont", "cant", "wont"]
_VERBS = ["is", "are", "was", "were", "do", "does", "did", "can", "could", "will", "would", "should", "shall", "may"]
_VERBS += ["might", "must", "has", "have", "had", "am", "any", "ca", "wo"]
_SUBJECTS = ["i", "it", "its", "you", "u", "they", "he", "she", "we", "there", "the", "this", "that", "these", "those"]
_SUBJECTS += ["my", "your", "a", "an", "acupuncture", "needles", "needling", "dry", "patients", "people", "anyone", "one"]
_SUBJECTS += ["someone", "any", "insurance", "n't", "nt"]
_JOINING = ["and", "also", "plus", "or", "n", "&", "but"]
_REQUESTS = ["tell", "explain", "describe", "wondering", "wonder", "curious", "ask"]


class QuestionSplitter:
    """Sets `doc.spans["questions"]`: the parts of the text that ask, in order.

    A sentence asks when it ends in a question mark or holds a question's
    opening: a question word, or a verb before its subject ("does it"). A
    joining word before such an opening starts a new question. A text that asks
    nothing is one question as a whole: patients often just name their trouble.
    """

    def __init__(self, vocab: Vocab) -> None:
        verb = {"LOWER": {"IN": _VERBS}}
        subject = {"LOWER": {"IN": _SUBJECTS}}
        word = {"LOWER": {"IN": _ASKING + _CONTRACTED}}
        joining = {"LOWER": {"IN": _JOINING}}
        extra = {"LOWER": {"IN": ["also", "then", "so", "if", "yes"]}, "OP": "?"}
        self._openings = Matcher(vocab)
        self._openings.add("WORD", [[{**word, "IS_SENT_START": True}], [word, verb], [word, subject], [word, {}]])
        self._openings.add("VERB", [[verb, subject]])
        self._openings.add("REQUEST", [[{"LOWER": {"IN": _REQUESTS}}]])
        self._joints = Matcher(vocab)
        self._joints.add("JOINT", [[joining, extra, word], [joining, extra, verb, subject], [{"TEXT": ","}, word, verb]])

    def __call__(self, doc: Doc) -> Doc:
        asked = [part for sentence in doc.sents for part in self._parts(sentence) if self._asks(part)]
        doc.spans[SPANS] = [self._trim(part) for part in asked] or [doc[:]]
        return doc

    def _parts(self, sentence: Span) -> list[Span]:
        """Cut a sentence before each joining word that opens another question."""
        cuts = sorted({sentence.start + start for _, start, _ in self._joints(sentence)})
        cuts = [cut for cut in cuts if self._asks(sentence.doc[sentence.start : cut])]
        bounds = [sentence.start, *cuts, sentence.end]
        return [sentence.doc[start:end] for start, end in zip(bounds, bounds[1:]) if end > start]

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


@Language.factory("acumen_questions", requires=["token.is_sent_start"])
def create_question_splitter(nlp: Language, name: str) -> QuestionSplitter:
    """Create the splitter; it has nothing to load."""
    return QuestionSplitter(nlp.vocab)
