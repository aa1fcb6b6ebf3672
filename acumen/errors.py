"""Every fault Acumen reports to its operator: a stable code, what happened, what to do.

Codes never change their meaning. `docs/errors.md` lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MESSAGES = {
    "ACU101": ("no front matter", "begin the file with a block of settings between two lines of ---"),
    "ACU102": ("front matter is not valid YAML: {detail}", "correct the line; quote texts that hold a colon"),
    "ACU103": ("front matter: {detail}", "see docs/articles.md for the settings an article has"),
    "ACU104": ("section without an anchor", 'put {{#anchor topics="topic_name"}} on the line before it'),
    "ACU105": ("anchor '{anchor}' stands twice in this article", "give each section an anchor of its own"),
    "ACU107": (
        "section '{anchor}' names the unknown topic '{topic}'",
        "use a name from data/topics.yml, or add it there",
    ),
    "ACU108": ("section '{anchor}' has no text", "write at least one paragraph below the heading"),
    "ACU109": ("text outside a section", "move it below a ## heading with an anchor"),
    "ACU110": ("no articles in {folder}", "put at least one Markdown article there"),
    "ACU111": ("'{technique}' is no technique", "use acupuncture, dry-needling or both"),
    "ACU112": ("anchor '{anchor}' is not usable in an address", "use lower-case letters, digits and hyphens"),
    "ACU113": ("the file cannot be read: {detail}", "save it as UTF-8 text"),
    "ACU114": ("another article is named '{id}' too", "rename one of the two files; answers cite articles by name"),
    "ACU115": ("the article has no section", "give it at least one ## heading, with the line of its anchor before it"),
    "ACU116": ("a heading of another level than # and ##", "make it a ## section of its own, or plain text"),
    "ACU120": ("the topics cannot be read: {detail}", "see the notes at the top of data/topics.yml"),
    "ACU121": ("topic '{topic}': {detail}", "see the notes at the top of data/topics.yml"),
    "ACU122": ("topic '{topic}' offers the unknown topic '{other}'", "name only topics of this file"),
    "ACU123": (
        "topic '{topic}' has neither an article section nor a `gap`",
        "name it in a section's topics, or say in `gap` what the articles leave out",
    ),
    "ACU124": ("the lexicon cannot be read: {detail}", "see the notes at the top of data/lexicon.yml"),
    "ACU131": ("clinic settings: {detail}", "see the notes at the top of data/clinic.yml"),
    "ACU132": ("the clinic answers the unknown topic '{topic}'", "use a name from data/topics.yml"),
    "ACU133": (
        "clinic settings cannot be read: {detail}",
        "correct the line, put texts in quotes, and save the file as UTF-8 text",
    ),
    "ACU141": ("safety replies: {detail}", "see the notes at the top of data/safety/replies.yml"),
    "ACU142": ("safety patterns: {detail}", "see the notes at the top of the files in data/safety"),
    "ACU151": ("website channel in credentials.yml: {detail}", "see docs/website.md for its settings"),
    "ACU152": (
        "the website's conversations cannot be read or written: {detail}",
        "see that the database runs; patients are asked to try again, and what was accepted is answered once it does",
    ),
    "ACU153": (
        "a process ended in the middle of a turn",
        "see why it ended; the patient was asked to send the message again",
    ),
    "ACU154": (
        "{count} turns were still running {seconds} seconds after the server was told to stop",
        "see what they wait for; their patients are asked to send the message again",
    ),
    "ACU160": (
        "the article is a draft: nobody has reviewed it",
        "check its text, then fill in `reviewed` and `review_by`",
    ),
    "ACU161": ("its review was due by {day}", "check the text again, then set `reviewed` and `review_by` anew"),
    "ACU162": (
        "reading grade {grade}, where 8 is wanted; hardest: {sentences}",
        "make the named sentences shorter, with common words",
    ),
    "ACU163": (
        "no question reaches section '{anchor}'",
        "name the topics it answers, or make the heading the question that its text answers",
    ),
    "ACU164": ("no question reaches any section of this article", "name the topics that its sections answer"),
    "ACU165": ("this passage stands at {other} too", "leave out one of the two"),
    "ACU166": (
        "this passage says nearly the same as {other}",
        "leave it so where two sources say it, else leave out one",
    ),
    "ACU167": (
        "the articles give different figures ({unit}): {values} here, {others} at {other}",
        "leave it so where the sources differ: replies show both; else correct one",
    ),
    "ACU168": (
        "a strong claim, “{words}”, without saying whose it is",
        "name who says it, as in “the article says …”, or say less",
    ),
    "ACU169": ("unsafe advice: “{words}”", "leave it out, or send the reader to their doctor"),
    "ACU170": ("the link to {target} leads nowhere", "name an article of this folder and an anchor in it"),
    "ACU171": ("section '{anchor}' names the unknown condition '{condition}'", "use an id from data/lexicon.yml"),
    "ACU172": ("it is no file or folder of the articles", "name something in data, or nothing at all"),
    "ACU180": ("the file cannot be read: {detail}", "see that it is there and that you may read it"),
    "ACU181": (
        "it is no file that can be imported",
        "save it as a web page (.html), Word (.docx), PDF, Markdown (.md) or text (.txt) file",
    ),
    "ACU182": ("it is too large: {size} MB, where {limit} MB are allowed", "import its articles as files of their own"),
    "ACU183": ("there is nothing to import: {detail}", "see that the file holds the article's text"),
    "ACU184": (
        "the PDF file holds pictures of pages, and no text",
        "make its text readable with a text recognition program, or copy the text into a .txt file",
    ),
    "ACU185": ("the file has a password", "save it without one"),
    "ACU186": ("it is a {kind}, in spite of its name", "give it the ending {ending}"),
    "ACU187": ("the file is damaged: {detail}", "save or download it again"),
    "ACU188": ("the text is not in English", "import the English text: the bot understands English only"),
    "ACU189": (
        "reading a {kind} needs the library {library}, which is not installed",
        "install it with `uv sync --extra import`, or `pip install acumen[import]`",
    ),
    "ACU190": (
        "changed since it was imported from {source}, so it stays as it is",
        "nothing; to import again, move the article away first",
    ),
    "ACU191": ("no files in {folder}", "name a file, or a folder with files"),
    "ACU192": ("no article can be written to {folder}: {detail}", "see that you may write there"),
    "ACU201": ("no trained model in {folder}", "run `acumen train`"),
    "ACU202": ("the trained model is older than {changed}", "run `acumen train`"),
    "ACU203": ("the language pipeline in {folder} does not load: {detail}", "restore that folder from the repository"),
    "ACU204": ("the model {model} does not load: {detail}", "run `acumen train`"),
    "ACU205": ("{detail}", "run the command in the project folder, where config.yml stands"),
    "ACU206": ("training failed: {detail}", "correct what the lines above name, then run `acumen train` again"),
    "ACU211": ("port {port} is taken", "stop the other program, or choose a port with --port"),
    "ACU212": ("cannot listen on {host}:{port}: {detail}", "choose another address with --host and --port"),
    "ACU220": (
        "the file cannot be used: {detail}; what it keeps is made anew at each start",
        "make its folder writable, and see that the disk is not full",
    ),
    "ACU221": (
        "the index of passages cannot be used: {detail}",
        "see that ACUMEN_INDEX is empty, or the address of a PostgreSQL that runs and has the extension pgvector",
    ),
    "ACU301": (
        "a patient asked to delete a conversation, and {store} cannot",
        "delete it there by hand, or give that tracker store a method `delete(sender_id)`",
    ),
    "ACU302": (
        "the address of the database cannot be used: {detail}",
        "set ACUMEN_DATABASE as in sqlite:///var/acumen.db or postgresql://user:password@host/name",
    ),
    "ACU303": (
        "the database cannot be used: {detail}",
        "see that it runs, and that the address in ACUMEN_DATABASE and the rights there are right",
    ),
    "ACU304": ("{part} in endpoints.yml: {detail}", "see docs/stores.md for its settings"),
    "ACU305": (
        "a turn was not kept, as its conversation was deleted meanwhile",
        "nothing, if a patient or the retention deleted it",
    ),
    "ACU306": (
        "{count} events were not passed on, as the event broker does not keep up",
        "see that the broker runs and can be reached; the conversations themselves are kept",
    ),
    "ACU307": (
        "the event broker cannot be used: {detail}",
        "see that it runs, and that its settings in endpoints.yml are right; it is tried again until it answers",
    ),
    "ACU308": (
        "the lock store cannot be used: {detail}",
        "see that it runs, and that its address in endpoints.yml is right",
    ),
    "ACU320": (
        "the changed content is not used; patients get the answers from before",
        "correct what the lines above name, and save; the files are read again by themselves",
    ),
    "ACU321": ("no conversation has the reference or id '{name}'", "`acumen privacy list` shows those that are kept"),
    "ACU322": ("several conversations have the reference '{name}': {ids}", "name one of these ids instead"),
    "ACU340": (
        "metrics cannot be served at '{address}': {detail}",
        "set ACUMEN_METRICS to a free port such as 9464, or to host:port",
    ),
    "ACU341": ("'{format}' is no format of the log", "set ACUMEN_LOG to text or json"),
    "ACU342": (
        "the check itself failed: {detail}",
        "see what this check needs in docs/operate.md, and that it is there",
    ),
    "ACU343": (
        "{count} articles are drafts, or their review is due",
        "see `acumen check`, and review them",
    ),
    "ACU344": (
        "{missing} not filled in",
        "fill them in: the country decides which emergency numbers are named",
    ),
    "ACU345": (
        "the file cannot be used: {detail}",
        "correct it; see docs/website.md and docs/stores.md",
    ),
    "ACU346": (
        "conversations are kept by {store}",
        "name acumen.runtime.stores.tracker_store.DatabaseTrackerStore in endpoints.yml, see docs/stores.md",
    ),
    "ACU347": (
        "the database can be shared by several servers, and the locks cannot",
        "name a lock store in endpoints.yml, see docs/stores.md, unless there is one server only",
    ),
    "ACU348": (
        "{free} MB are free in {folder}",
        "make room: when the disk is full, no message can be taken",
    ),
    "ACU349": (
        "whoever guesses an id at channel {channel} reads that conversation",
        "close it in credentials.yml, or let only your own programs reach it",
    ),
    "ACU350": (
        "the website's `secret` is empty, so each server makes its own",
        "set one in credentials.yml, the same for all servers",
    ),
    "ACU351": (
        "channel {channel}: `{setting}` repeats a few characters",
        "make a random one, as docs/website.md shows",
    ),
    "ACU352": (
        "port {port} is in use",
        "nothing, if that is the server; else stop the other program or choose another port",
    ),
    "ACU353": (
        "this machine's clock and the database's are {seconds} seconds apart",
        "let both take their time from a time server",
    ),
    "ACU401": (
        "channel {channel} in credentials.yml: {detail}",
        "see docs/channels for its settings; until then the channel is closed, and the others are open",
    ),
    "ACU402": (
        "channel {channel} cannot keep messages: {detail}",
        "mend the database, see ACU302 and ACU303 in docs/errors.md, and start again; the channel is closed",
    ),
    "ACU403": (
        "channel {channel}: a message was given up at attempt {attempts}: {reason}",
        "mend what the reason names, then run `acumen channels dead --resend`",
    ),
    "ACU404": (
        "channel {channel}: a request with a good signature could not be read",
        "report it with the lines that follow; what it held was not answered",
    ),
    "ACU406": (
        "channel {channel}: the process ended {attempts} times while it answered one message",
        "see what ended it; the patient was told whom to ask",
    ),
    "ACU407": (
        "the channels' settings cannot be used: {detail}",
        "mend the file, or set the environment variable that it names; until then the server does not start",
    ),
    "ACU501": (
        "'{text}' is no period",
        "write days or weeks as in 30d or 12w, or the first day as in 2026-03-01, which must not be ahead of today",
    ),
    "ACU502": ("the file cannot be written: {detail}", "choose another place, or see to the rights of that folder"),
    "ACU503": (
        "there is no group '{group}' in this period, and no file of that name",
        "take one from `acumen report --groups`, with the same --since, or name a file with a question a line",
    ),
    "ACU504": (
        "'{name}' cannot name a topic",
        "use lower-case letters, digits and _; emergency_, crisis_, urgent_ and caution_ begin what must not wait",
    ),
    "ACU505": ("'{name}' stands in this file already", "choose another name, or add to the topic that is there"),
    "ACU506": ("no new question in {source}", "name a file with a question a line, or another group"),
    "ACU507": ("there is no article '{article}'", "use the name of a file in data/articles, without .md"),
    "ACU508": (
        "a topic cannot be added here without changing more: {detail}",
        "add it by hand, as CONTRIBUTING.md says",
    ),
    "ACU511": ("insights page in credentials.yml: {detail}", "see docs/insights.md for its settings"),
    "ACU512": (
        "traces cannot be sent: {detail}",
        "see that the collector runs, and that OTEL_EXPORTER_OTLP_ENDPOINT is its address for HTTP; turns do not wait",
    ),
    "ACU513": (
        "traces are asked for, and the library {library} is not installed",
        "install it with `uv sync --extra tracing` or `pip install acumen[tracing]`, or set OTEL_TRACES_EXPORTER=none",
    ),
    "ACU514": ("traces cannot be sent as it is set: {detail}", "see docs/operate.md for the variables"),
}


@dataclass(frozen=True)
class Problem:
    """One fault: its code, where it is, what happened and what to do."""

    code: str
    what: str
    todo: str
    file: Path | None = None
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        return f"{where}{self.code} {self.what}. To do: {self.todo}."


def problem(code: str, *, file: Path | None = None, line: int | None = None, **details: object) -> Problem:
    """Make the problem `code` with its details filled in."""
    what, todo = MESSAGES[code]
    return Problem(code, what.format(**details), todo.format(**details), file, line)


class AcumenError(Exception):
    """What stops Acumen from working, as problems an operator can act on."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = problems
