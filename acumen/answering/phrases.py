"""What the bot says in its own voice. None of it is about the subject: that stands in the articles."""

from __future__ import annotations

DIFFERENT_FIGURES = "The articles give different figures:"
MORE = "Tell me more"
NO_MORE = "That is all the articles say about this."
WHICH = "I am not sure what you mean. Is it one of these?"
WHAT = "What would you like to know? You can ask in your own words, or pick one of these."
OFF_TOPIC = "I can only help with questions about acupuncture and dry needling."
EMPTY = "I could not find any words in that message. Please type your question."
TOO_LONG = "That is more than I can take in at once. Please ask in a sentence or two."
FAILED = "Something went wrong on my side, so I cannot answer just now. Please try again, or ask {clinic}."
IN_GENERAL = "What they say in general:"
ALSO_ASKED = "On your other question:"


def differing(clinic: str) -> str:
    return (
        "These come from different articles, by different people, and the articles do not say which fits you. "
        f"Please ask {clinic}. Here is each with who says it:"
    )


def one_source(clinic: str) -> str:
    return f"All of the last answer comes from one article. If you have read something else, please ask {clinic}."


def leaves_out(what: str) -> str:
    return f"The articles do not say {what}."


def gap(what: str, clinic: str) -> str:
    return f"The articles do not say {what}. Please ask {clinic}."


def unanswered(question: str, clinic: str) -> str:
    return f"The articles do not answer “{question}” Please ask {clinic}."


def unknown_condition(name: str, clinic: str) -> str:
    return f"The articles do not mention {name}, so I cannot say whether it helps. Please ask {clinic}."


def unknown_for_technique(name: str, clinic: str) -> str:
    return f"The articles do not say that about {name}. Please ask {clinic}."


def not_understood(clinic: str) -> str:
    return f"I did not find that in the articles. You could put it in other words, or ask {clinic}."


def nearest(question: str) -> str:
    return f"The nearest question they answer: “{question}”"


def contact(clinic: str, booking: str, address: str) -> str:
    lines = [f"A person at {clinic} can help you."]
    lines += [f"Appointments: {booking}"] if booking else []
    lines += [f"Address: {address}"] if address else []
    return "\n".join(lines)
