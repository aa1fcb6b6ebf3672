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
DELETE = "Delete this conversation"
DELETED = (
    "Done. What was said in this conversation is deleted and cannot be brought back. "
    "On this screen you may still see it until you close it."
)


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


def contact(clinic: str, facts: str) -> str:
    return "\n".join(line for line in (f"A person at {clinic} can help you.", facts) if line)


def kept(days: int, clinic: str, reference: str) -> str:
    span = "a day" if days == 1 else f"{days} days"
    return (
        f"The clinic keeps this conversation for {span} after your last message, then it is deleted. "
        "Names, phone numbers and the like are taken out before it is kept, where I recognise them. "
        "The clinic can read the rest.\n"
        f"To delete it now, say “{DELETE}”. "
        f"To ask what is kept, or to have it deleted later, give this reference to {clinic}: {reference}"
    )


def not_deleted(clinic: str, reference: str) -> str:
    return (
        "I could not delete this conversation. "
        f"Please use “{DELETE}” in the chat's menu, or give this reference to {clinic}: {reference}"
    )
