# SPDX-FileCopyrightText: 2026 The Wiregain authors
# SPDX-License-Identifier: MIT
"""The mutations of a C file that `scripts/mutate` draws from.

A tokenizer, not a parser: it relies on the tree's formatting (clang-format), where a binary operator
has a space on both sides and a definition's `{` opens a line."""

import bisect
import re
from dataclasses import dataclass

TOKEN = re.compile(r"""
    (?P<skip>/\*.*?\*/|//[^\n]*|^[ \t]*\#(?:\\\n|[^\n])*)
  | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<number>0[xX][0-9a-fA-F]+[uUlL]*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[uUlLfF]*)
  | (?P<name>[A-Za-z_]\w*)
  | (?P<operator><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|[<>=!+\-*/%&|^]=|&&|\|\||[-+*/%&|^!~<>=?:;,.(){}\[\]])
""", re.VERBOSE | re.MULTILINE | re.DOTALL)

# What stands between two operands, and what it is replaced by.
BINARY = {
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
    "==": ["!="], "!=": ["=="], "&&": ["||"], "||": ["&&"],
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"],
    "&": ["|"], "|": ["&"], "<<": [">>"], ">>": ["<<"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "|=": ["&="], "&=": ["|="],
}
STEP = {"++": "--", "--": "++"}
NO_CALL = {"if", "for", "while", "switch", "return", "sizeof", "do", "else", "case", "_Alignof",
           "_Static_assert", "static_assert", "assert"}
# Whose arguments may be exchanged without a difference, or with none but the sign of the result.
COMMUTATIVE = {"fmax", "fmin", "fmaxf", "fminf", "hypot", "SPA_MAX", "SPA_MIN"}
COMPARISON = {"strcmp", "strncmp", "strcasecmp", "strncasecmp", "memcmp"}
# Without these memory leaks, which the address sanitizer sees in `make test` and no test by itself.
RELEASE = {"free", "json_decref", "sqlite3_free", "sqlite3_finalize", "pthread_mutex_destroy", "pthread_cond_destroy"}
NO_EPERM = {"audio", "base", "bench", "dsp", "store", "through"}
ASSERTION = {"assert", "_Static_assert", "static_assert"}


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Mutation:
    """Replaces text[start:end] of a file. `function` is "" outside of functions."""
    file: str
    line: int
    function: str
    start: int
    end: int
    replacement: str


def list_tokens(text):
    return [Token(match.lastgroup, match.group(), match.start(), match.end())
            for match in TOKEN.finditer(text) if match.lastgroup != "skip"]


def find_closing(tokens, index):
    """The index of the bracket that closes the one at `index`."""
    depth = 0
    for at in range(index, len(tokens)):
        if tokens[at].text in ("(", "[", "{"):
            depth += 1
        elif tokens[at].text in (")", "]", "}"):
            depth -= 1
            if depth == 0:
                return at
    return len(tokens) - 1


def find_functions(tokens):
    """(name, index of `{`, index of `}`, whether it returns void) of each function."""
    functions, at, began = [], 0, 0
    while at < len(tokens):
        text = tokens[at].text
        if text == "(":
            closing = find_closing(tokens, at)
            if tokens[at - 1].kind == "name" and closing + 1 < len(tokens) and tokens[closing + 1].text == "{":
                words = [token.text for token in tokens[began:at - 1]]
                functions.append((tokens[at - 1].text, closing + 1, find_closing(tokens, closing + 1),
                                  "void" in words and "*" not in words))
            at = closing
        elif text == "{":
            at = find_closing(tokens, at)
        if tokens[at].text in (";", "}"):
            began = at + 1
        at += 1
        if functions and functions[-1][1] == at:
            at = functions[-1][2] + 1
            began = at
    return functions


def skip_assertions(tokens):
    """Indexes of tokens inside assertions: they only catch our own mistakes."""
    inside = set()
    for at, token in enumerate(tokens):
        if token.text in ASSERTION and at + 1 < len(tokens) and tokens[at + 1].text == "(":
            inside.update(range(at, find_closing(tokens, at + 1) + 1))
    return inside


def shift_number(word):
    """A constant one larger and one smaller, in the same notation and with the same suffix."""
    digits = word.rstrip("uUlL") if word[:2].lower() == "0x" else word.rstrip("uUlLfF")
    suffix = word[len(digits):]
    if re.search(r"[.eE]", digits) and digits[:2].lower() != "0x":
        value = float(digits)
        return [repr(value + 1) + suffix, repr(value - 1) + suffix]
    octal = len(digits) > 1 and digits[0] == "0" and digits.isdigit()
    value = int(digits, 8 if octal else 0)
    write = hex if digits[:2].lower() == "0x" else oct if octal else str
    smaller = [write(value - 1)] if value > 0 else ["-1"]
    return [(f"0{number[2:]}" if octal and value else number) + suffix for number in [write(value + 1)] + smaller]


def is_array_size(tokens, at):
    """Of a declaration, `type name[size]`: a larger one changes nothing."""
    before = [token for token in tokens[max(at - 3, 0):at]]
    return (len(before) == 3 and before[2].text == "[" and before[1].kind == "name" and
            (before[0].kind == "name" or before[0].text == "*") and before[0].text not in NO_CALL)


def is_error_check(file, tokens, at):
    """The 0 of `error < 0` or `(error = ...) < 0`, where no function returns -1, which is -EPERM."""
    if file.split("/")[1] not in NO_EPERM or at < 2 or tokens[at].text != "0" or tokens[at - 1].text != "<":
        return False
    first, depth = at - 2, 0
    while tokens[at - 2].text == ")":
        depth += {")": 1, "(": -1}.get(tokens[first].text, 0)
        if depth == 0:
            first += 1
            break
        first -= 1
    return tokens[first].text == "error"


def change_token(file, text, tokens, at):
    """(start, end, replacement) of each change of one token."""
    token = tokens[at]
    before, after = text[token.start - 1], text[token.end:token.end + 1]
    if token.kind == "number":
        larger, smaller = shift_number(token.text)
        if not is_array_size(tokens, at):
            yield token.start, token.end, larger
        if not is_error_check(file, tokens, at):
            yield token.start, token.end, smaller
    elif token.text in ("true", "false"):
        yield token.start, token.end, "false" if token.text == "true" else "true"
    elif token.text in BINARY and before.isspace() and after.isspace():
        for operator in BINARY[token.text]:
            yield token.start, token.end, operator
    elif token.text in STEP:
        yield token.start, token.end, STEP[token.text]
    elif token.text == "!" or (token.text == "-" and not after.isspace()):
        yield token.start, token.end, ""


def split_arguments(tokens, opening, closing):
    """(first, last) token of each argument between two brackets."""
    arguments, first, at = [], opening + 1, opening + 1
    while at < closing:
        if tokens[at].text in ("(", "[", "{"):
            at = find_closing(tokens, at)
        if tokens[at].text == ",":
            arguments.append((first, at - 1))
            first = at + 1
        at += 1
    return arguments + [(first, closing - 1)] if closing > opening + 1 else []


def change_call(text, tokens, at):
    """The call removed, where it is a statement, and its neighbouring arguments exchanged."""
    closing = find_closing(tokens, at + 1)
    statement = tokens[at - 1].text in (";", "{", "}", ":") and tokens[closing + 1].text == ";"
    if statement and tokens[at].text not in RELEASE:
        gone = text[tokens[at].start:tokens[closing].end]
        yield tokens[at].start, tokens[closing].end, "\n" * gone.count("\n")
    arguments = split_arguments(tokens, at + 1, closing)
    if tokens[at].text in COMMUTATIVE:
        return
    if tokens[at].text in COMPARISON and tokens[closing + 1].text in ("==", "!="):
        arguments = arguments[1:]
    for (first, last), (second, end) in zip(arguments, arguments[1:]):
        left = text[tokens[first].start:tokens[last].end]
        between = text[tokens[last].end:tokens[second].start]
        right = text[tokens[second].start:tokens[end].end]
        if left != right:
            yield tokens[first].start, tokens[end].end, right + between + left


def list_mutations(file, text):
    """Every mutation of a file."""
    tokens = list_tokens(text)
    lines = [match.start() for match in re.finditer("^", text, re.MULTILINE)]
    asserted = skip_assertions(tokens)
    functions = find_functions(tokens)
    found = []

    def add(name, change):
        start, end, replacement = change
        line = bisect.bisect_right(lines, start)
        # The same number of lines, so that only what was changed differs in the object file.
        missing = text.count("\n", start, end) - replacement.count("\n")
        found.append(Mutation(file, line, name, start, end, replacement + "\n" * missing))

    for name, opening, closing, void in functions:
        end = tokens[opening].end
        add(name, (end, end, " return;" if void else " return 0;"))
        for at in range(opening + 1, closing):
            token = tokens[at]
            if at in asserted or token.kind != "name" or tokens[at + 1].text != "(":
                continue
            if token.text not in NO_CALL and tokens[at - 1].kind != "name":
                for change in change_call(text, tokens, at):
                    add(name, change)
    for at, token in enumerate(tokens):
        if at not in asserted:
            name = next((name for name, opening, closing, _ in functions if opening < at < closing), "")
            for change in change_token(file, text, tokens, at):
                add(name, change)
    return found


def apply_mutation(text, mutation):
    return text[:mutation.start] + mutation.replacement + text[mutation.end:]


def describe_mutation(text, mutation):
    """The line before and after, without indentation; a longer change is joined into one line."""
    start = text.rfind("\n", 0, mutation.start) + 1
    end = text.find("\n", mutation.end)
    before = text[start:end]
    after = text[start:mutation.start] + mutation.replacement + text[mutation.end:end]
    return " ".join(before.split()), " ".join(after.split())
