"""Click's own words in Japanese, and their compilation into the catalogue gettext reads.

``python -m kanmon.locale.messages`` writes ``ja/LC_MESSAGES/messages.mo``; a test asserts that the
committed catalogue is what this file says.
"""

import struct
from pathlib import Path

CATALOGUE = Path(__file__).parent / "ja" / "LC_MESSAGES" / "messages.mo"

# English -> Japanese; a pair of English forms is gettext's singular and plural.
MESSAGES: dict[str | tuple[str, str], str] = {
    "Usage:": "使い方:",
    "Options": "オプション",
    "Commands": "コマンド",
    "Positional arguments": "引数",
    "Aborted!": "中断しました。",
    "Missing command.": "コマンドを指定してください。",
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"): (
        "余分な引数があります（{args}）"
    ),
    "env var: {var}": "環境変数: {var}",
    "default: {default}": "既定値: {default}",
    "required": "必須",
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"): (
        "もしかして: {possibilities}"
    ),
    "Missing argument": "引数がありません",
    "Missing option": "オプションがありません",
    "Missing parameter": "指定がありません",
    "Missing parameter: {param_name}": "{param_name} の指定がありません",
    "Missing {param_type}": "{param_type} がありません",
    "unknown error": "原因不明",
    "Invalid value for {param_hint}: {message}": "{param_hint} の値が正しくありません: {message}",
    "Invalid value: {message}": "値が正しくありません: {message}",
    "Could not open file {filename!r}: {message}": "{filename!r} を開けません: {message}",
    "Error: {message}": "エラー: {message}",
    "Try '{command} {option}' for help.": "使い方は '{command} {option}' で見られます。",
    "No such option {name!r}.": "{name!r} というオプションはありません。",
    "No such command {name!r}.": "{name!r} というコマンドはありません。",
    "Option {name!r} does not take a value.": "{name!r} は値をとりません。",
    (
        "Option {name!r} requires an argument.",
        "Option {name!r} requires {nargs} arguments.",
    ): "{name!r} には値が {nargs} 個必要です。",
    "Choose from:\n\t{choices}": "次から選んでください:\n\t{choices}",
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."): (
        "{value!r} は選べません（{choices} のどれか）。"
    ),
    "{value} is not in the range {range}.": "{value} は範囲 {range} の外です。",
    "{value!r} is not a valid {number_type}.": "{value!r} は数として読めません。",
    "{name} {filename!r} is a file.": "{filename!r} はファイルです（フォルダーが必要です）。",
    "{name} {filename!r} is a directory.": (
        "{filename!r} はフォルダーです（ファイルが必要です）。"
    ),
    "{name} {filename!r} is not readable.": "{filename!r} を読めません。",
    "{name} {filename!r} is not writable.": "{filename!r} に書き込めません。",
    "{name} {filename!r} does not exist.": "{filename!r} がありません。",
    "Do you want to continue?": "続けますか。",
    "Show the version and exit.": "版を表示して終わる。",
    "Show this message and exit.": "この説明を表示して終わる。",
}


def compile_messages() -> bytes:
    """Return the catalogue in GNU's binary form (gettext manual, "The Format of GNU MO Files")."""
    pairs = [("", "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n")]
    for key, text in MESSAGES.items():
        pairs.append((key if isinstance(key, str) else "\0".join(key), text))
    encoded = sorted((key.encode(), text.encode()) for key, text in pairs)
    head = 28
    offset = head + 16 * len(encoded)
    tables: list[bytes] = []
    body = b""
    for column in (0, 1):
        for pair in encoded:
            tables.append(struct.pack("<II", len(pair[column]), offset + len(body)))
            body += pair[column] + b"\0"
    header = struct.pack(
        "<7I", 0x950412DE, 0, len(encoded), head, head + 8 * len(encoded), 0, offset
    )
    return header + b"".join(tables) + body


if __name__ == "__main__":
    CATALOGUE.write_bytes(compile_messages())
