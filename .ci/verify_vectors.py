#!/usr/bin/env python3
"""Verifies the vectors of the secret hash without any code of Countersign.

Every stage is computed anew with Python's hashlib, hmac and base64, every candidate by its form, and the file is held
against its JSON schema by a small reader of the keywords that the schema uses. Prints `N vectors verified`.
"""

import base64
import hashlib
import hmac
import json
import re
import sys
import unicodedata
import urllib.parse
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "corpus" / "vectors"


def mac(key, message, algorithm="sha256"):
    return hmac.new(key, message, algorithm).digest()


def b64(data):
    return base64.b64encode(data).decode("ascii")


def latin(charset):
    return lambda text: text.encode(charset, "replace")


def cesu8(text):
    units = text.encode("utf-16-be")
    pairs = [units[i : i + 2].decode("utf-16-be", "surrogatepass") for i in range(0, len(units), 2)]
    return "".join(pairs).encode("utf-8", "surrogatepass")


def replaced(text, at, digit):
    return text[:at] + digit(text[at]) + text[at + 1 :]


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
CHANGED = lambda c: "8" if ALPHABET.index(c) < 32 else "A"

# What is done to the username, and what is hashed in place of username + client id.
USERNAMES = {
    "composed": lambda u: unicodedata.normalize("NFC", u),
    "decomposed": lambda u: unicodedata.normalize("NFD", u),
    "lower-case-username": str.lower,
    "upper-case-username": str.upper,
    "json-escaped": lambda u: json.dumps(u)[1:-1],
    "percent-encoded-username": lambda u: urllib.parse.quote(u, safe=""),
}
MESSAGES = {
    "swapped": lambda u, c: (c + u).encode(),
    "username-only": lambda u, c: u.encode(),
    "client-id-only": lambda u, c: c.encode(),
    "message-newline": lambda u, c: (u + c + "\n").encode(),
    "message-crlf": lambda u, c: (u + c + "\r\n").encode(),
    "separator": lambda u, c: (u + " " + c).encode(),
    "colon": lambda u, c: (u + ":" + c).encode(),
    "latin-1": lambda u, c: latin("latin-1")(u + c),
    "ascii": lambda u, c: latin("ascii")(u + c),
    "mojibake": lambda u, c: (u + c).encode().decode("latin-1").encode(),
    "utf-16": lambda u, c: (u + c).encode("utf-16-le"),
    "cesu-8": lambda u, c: cesu8(u + c),
    "character-cut": lambda u, c: (u + c).encode()[: len(u + c)],
}
KEYS = {
    "empty-key": lambda s: b"",
    "key-cut": lambda s: s[:-1].encode(),
    "key-newline": lambda s: (s + "\n").encode(),
    "key-space": lambda s: (s + " ").encode(),
    "key-base64": lambda s: b64(s.encode()).encode(),
    "key-hashed": lambda s: hashlib.sha256(s.encode()).digest(),
    "key-cut-64": lambda s: s.encode()[:64],
}
DIGESTS = {
    "key-swapped": lambda k, m: mac(m, k),
    "sha1": lambda k, m: mac(k, m, "sha1"),
    "sha384": lambda k, m: mac(k, m, "sha384"),
    "sha512": lambda k, m: mac(k, m, "sha512"),
    "sha512-256": lambda k, m: mac(k, m, "sha512_256"),
    "hmac-twice": lambda k, m: mac(k, mac(k, m)),
    "plain-sha256": lambda k, m: hashlib.sha256(k + m).digest(),
    "plain-sha256-key-last": lambda k, m: hashlib.sha256(m + k).digest(),
    "digest-cut": lambda k, m: mac(k, m)[:16],
    "digest-reversed": lambda k, m: mac(k, m)[::-1],
}
TEXTS = {
    "hex": lambda d: d.hex(),
    "hex-upper": lambda d: d.hex().upper(),
    "hex-then-base64": lambda d: b64(d.hex().encode()),
    "base32": lambda d: base64.b32encode(d).decode(),
    "double-base64": lambda d: b64(b64(d).encode()),
    "url-safe": lambda d: base64.urlsafe_b64encode(d).decode(),
    "no-padding": lambda d: b64(d).rstrip("="),
    "extra-padding": lambda d: b64(d) + "=",
    "loose-bits": lambda d: replaced(b64(d), 42, lambda c: ALPHABET[ALPHABET.index(c) | 1]),
    "case-flipped": lambda d: b64(d).swapcase(),
    "lower-case": lambda d: b64(d).lower(),
    "upper-case": lambda d: b64(d).upper(),
    "first-character": lambda d: replaced(b64(d), 0, CHANGED),
    "last-character": lambda d: replaced(b64(d), 42, CHANGED),
    "truncated": lambda d: b64(d)[:40],
    "repeated": lambda d: b64(d) * 2,
    "leading-space": lambda d: " " + b64(d),
    "trailing-newline": lambda d: b64(d) + "\n",
    "trailing-space": lambda d: b64(d) + " ",
    "trailing-crlf": lambda d: b64(d) + "\r\n",
    "trailing-nul": lambda d: b64(d) + "\0",
    "quoted": lambda d: json.dumps(b64(d)),
    "python-bytes": lambda d: str(b64(d).encode()),
    "percent-encoded": lambda d: urllib.parse.quote(b64(d), safe=""),
    "plus-as-space": lambda d: urllib.parse.unquote_plus(b64(d)),
    "zeros": lambda d: b64(bytes(32)),
}
# Forms that are the right computation over what `computedFrom` says.
SUBSTITUTED = {"right", "other-user", "pool-id"}


def candidate(test):
    """The text that the test's form gives."""
    form = test["form"]
    instead = test.get("computedFrom", {})
    username, client_id, secret = (
        instead.get(name, test[name]) for name in ("username", "clientId", "clientSecret")
    )
    if form == "secret-itself":
        return secret
    if form == "prose-order":
        return b64((secret + client_id + username).encode())
    steps = (USERNAMES, MESSAGES, KEYS, DIGESTS, TEXTS)
    if form not in SUBSTITUTED and not any(form in step for step in steps):
        raise ValueError(f"form {form!r} is unknown here")
    username = USERNAMES.get(form, lambda u: u)(username)
    message = MESSAGES.get(form, lambda u, c: (u + c).encode())(username, client_id)
    key = KEYS.get(form, str.encode)(secret)
    digest = DIGESTS.get(form, mac)(key, message)
    return TEXTS.get(form, b64)(digest)


def stages(test):
    """What is wrong with a test, if anything."""
    key, message = test["clientSecret"].encode(), (test["username"] + test["clientId"]).encode()
    digest = mac(key, message)
    computed = {"key": key.hex(), "msg": message.hex(), "digest": digest.hex(), "base64": b64(digest)}
    for stage, value in computed.items():
        if test[stage] != value:
            yield f"{stage} is {test[stage]}, computed {value}"
    if "form" in test and candidate(test) != test["candidate"]:
        yield f"candidate is {test['candidate']!r}, {test['form']} gives {candidate(test)!r}"
    if "computedFrom" in test and "form" not in test:
        yield "computedFrom without a form"
    right = test["candidate"] == test["base64"]
    if (test["result"] == "valid") > right or (test["result"] == "invalid" and right):
        yield f"result {test['result']}, although the candidate is {'right' if right else 'wrong'}"


KEYWORDS = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "const", "enum", "required", "properties",
    "additionalProperties", "items", "pattern", "minLength", "minItems", "minProperties", "minimum", "uniqueItems",
}
TYPES = {"object": dict, "array": list, "string": str, "integer": int}


def against(schema, value, root, at="$"):
    """Where a value breaks the schema. Knows the keywords of this schema and refuses any other."""
    if unknown := set(schema) - KEYWORDS:
        raise ValueError(f"keywords {unknown} are unknown here")
    if "$ref" in schema:
        yield from against(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root, at)
    if "type" in schema and (not isinstance(value, TYPES[schema["type"]]) or isinstance(value, bool)):
        yield f"{at}: is no {schema['type']}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{at}: is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0) or not re.search(schema.get("pattern", ""), value):
            yield f"{at}: {value!r} breaks length or pattern"
    elif isinstance(value, int):
        if value < schema.get("minimum", value):
            yield f"{at}: {value} is too small"
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0) or (
            schema.get("uniqueItems") and len({json.dumps(item) for item in value}) < len(value)
        ):
            yield f"{at}: too few items, or the same twice"
        for index, item in enumerate(value):
            yield from against(schema.get("items", {}), item, root, f"{at}[{index}]")
    elif isinstance(value, dict):
        properties, more = schema.get("properties", {}), schema.get("additionalProperties", {})
        for name in schema.get("required", []):
            if name not in value:
                yield f"{at}: {name} is missing"
        if len(value) < schema.get("minProperties", 0):
            yield f"{at}: too few members"
        for name, item in value.items():
            inner = properties.get(name, more)
            if inner is False:
                yield f"{at}: {name} is unknown"
            else:
                yield from against(inner, item, root, f"{at}.{name}")


def file_problems(file):
    """What is wrong with the file as a whole."""
    tests = [test for group in file["testGroups"] for test in group["tests"]]
    numbers = [test["tcId"] for test in tests]
    if numbers != list(range(1, len(tests) + 1)) or file["numberOfTests"] != len(tests):
        yield "the numbers of the tests are not 1 to numberOfTests"
    used = {flag for test in tests for flag in test["flags"]}
    if used != set(file["notes"]):
        yield f"flags without a note, or notes without a test: {used ^ set(file['notes'])}"
    for test in tests:
        for problem in stages(test):
            yield f"tcId {test['tcId']}: {problem}"


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER / "secret_hash.json"
    file = json.loads(path.read_text("ascii"))
    schema = json.loads((FOLDER / "secret_hash.schema.json").read_text("ascii"))
    problems = list(against(schema, file, schema)) or list(file_problems(file))
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f"{file['numberOfTests']} vectors verified")


if __name__ == "__main__":
    main()
