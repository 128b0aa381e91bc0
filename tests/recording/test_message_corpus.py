"""The share of recognised messages in `tests/corpus/messages.txt`: several hundred, half of them never used for tuning."""

from pathlib import Path

from inline_snapshot import snapshot

from replay_mcp.recording.dom.message_words import meaning_of

CORPUS = Path(__file__).parent.parent / "corpus" / "messages.txt"


def sections() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in CORPUS.read_text().splitlines():
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
        elif line and not line.startswith("#"):
            found.setdefault(name, []).append(line)
    return found


def recognised(section: str, half: int, *, bare: bool) -> str:
    texts = sections()[section][half::2]
    wanted = {"error": "error", "done": "done", "neutral": ""}[section]
    return f"{sum(meaning_of(text, bare=bare) == wanted for text in texts)} of {len(texts)}"


def test_messages_are_recognised_in_places_made_for_them_and_neutral_texts_are_not():
    figures = {
        half: {
            "errors": recognised("error", number, bare=False),
            "errors that stand anywhere": recognised("error", number, bare=True),
            "successes": recognised("done", number, bare=False),
            "neutral texts": recognised("neutral", number, bare=True),
        }
        for number, half in enumerate(("tuned on", "held back"))
    }
    assert figures == snapshot(
        {
            "tuned on": {
                "errors": "171 of 171",
                "errors that stand anywhere": "131 of 171",
                "successes": "87 of 89",
                "neutral texts": "146 of 146",
            },
            "held back": {
                "errors": "169 of 171",
                "errors that stand anywhere": "134 of 171",
                "successes": "89 of 89",
                "neutral texts": "144 of 146",
            },
        }
    )
