#!/usr/bin/env python3
"""Holds the report of an SDK's run against what was measured of the same version: corpus/evidence/sdks.tsv.

check_sdk.py REPORT SDK            every case that cites a row does what the row says, but for what EXPLAINED tells
"""
import json, pathlib, re, sys

# Differences that are known: (SDK, case) -> why.
EXPLAINED = {
    ("amplify-auth", "sdk-error/type-empty"): "the table says `!` of an error whose name is empty",
}

# Codes that the table abbreviates, and errors of the language that JS v2 makes codes.
CODES = {
    "TMR": "TooManyRequestsException", "ThrEx": "ThrottlingException", "IntErr": "InternalErrorException",
    "WhoKnows": "WhoKnowsException", "FooBar": "FooBarException", "LimEx": "LimitExceededException",
    "ReqLim": "RequestLimitExceeded", "RequestTime": "RequestTimeout", "Skew": "RequestTimeTooSkewed",
    "InvSig": "InvalidSignatureException", "ExpTok": "ExpiredTokenException", "SerEx": "SerializationException",
    "TxProg": "TransactionInProgressException", "UnkOp": "UnknownOperationException", "Expired": "ExpiredCodeException",
    "InvParam": "InvalidParameterException", "lower": "codemismatchexception", "nosuffix": "CodeMismatch",
}
RAW = {"SyntaxError", "TypeError", "NetErr", "TimeoutErro", "SerErr"}


def rows():
    path = pathlib.Path(__file__).parent.parent / "corpus/evidence/sdks.tsv"
    lines = [line.rstrip("\n").split("\t") for line in path.open() if not line.startswith("#")]
    head, *rest = lines
    return {name: dict(zip(head[1:], cells)) for name, *cells in rest if not cells[0].startswith("#")}


def seen(case):
    """What a case came to: class, code, whether it is typed, Session, attempts."""
    answer = case["answer"]
    if answer is None:
        return {"class": "crash"}
    attempts = int(answer.rsplit("×", 1)[1])
    if answer.startswith("output "):
        session = re.search(r'"Session":(.)', answer)
        return {"class": "output", "session": session and session[1], "attempts": attempts}
    if found := re.match(r"service error (\S*?)( \(typed\))?(: `|, no message| without)", answer):
        return {"class": "service", "code": found[1], "typed": bool(found[2]), "attempts": attempts}
    kind, name = re.match(r"client error (\S+) (\S*): `", answer).groups()
    return {"class": "client", "kind": kind, "name": name, "attempts": attempts}


def agrees(cell, row, case, got):
    cell, count = re.fullmatch(r"(.*?)(?:x(\d+))?", cell.replace("∅", "")).groups()
    count = int(count or 1)
    if got["class"] == "crash":
        return cell == "crash"
    is_default = not any(label.startswith("attempts/") for label in case["labels"])
    if is_default and (row[:2] == "r_" or row[:2] == "e_") and got["attempts"] != count:
        return False
    if cell in ("ok", "S", "S!type", "leak"):
        session = {"ok": [None], "S": ['"'], "S!type": ["{", "[", "t", "4"], "leak": [None, '"']}[cell]
        return got["class"] == "output" and got["session"] in session
    if cell == "crash" or cell.startswith("!"):
        return got["class"] == "client"
    code = cell.partition(":")[2] or cell.partition("!")[2]
    if cell.startswith("c:") and code in RAW:
        return got["class"] == "client"
    if got["class"] != "service":
        return False
    if cell.startswith("T"):
        return got["typed"]
    if cell == "u":
        return got["code"] != "CodeMismatchException"
    if cell == "c!raw":
        return got["code"] != "CodeMismatchException" and "CodeMismatchException" in got["code"]
    return cell in ("c", "c''") or got["code"] == CODES.get(code, code)


def main():
    report, sdk = json.load(open(sys.argv[1])), sys.argv[2]
    measured, wrong, compared, explained = rows(), [], 0, set()
    if report["incomplete"]:
        sys.exit(f"{sdk}: the run is incomplete: {report['incomplete']}")
    for case in report["cases"]:
        if case["verdict"] == "uncovered" or case["id"].startswith("sdk-request/"):
            continue
        if case["verdict"] == "inconclusive":
            wrong.append(f"{case['id']}: inconclusive: {case['reason']}")
            continue
        cited = [label.partition("/")[2] for label in case["labels"] if label.startswith("sdks/")]
        for row in cited:
            cell = measured.get(row, {}).get(sdk)
            if cell is None:
                continue
            compared += 1
            if agrees(cell, row, case, seen(case)):
                continue
            if (sdk, case["id"]) in EXPLAINED:
                explained.add(case["id"])
            else:
                wrong.append(f"{case['id']}: {row} is `{cell}`, got {case['answer']}")
    stale = [case for name, case in EXPLAINED if name == sdk and case not in explained]
    wrong += [f"{case}: explained, and it does not differ" for case in stale]
    print(f"{sdk}: {compared} cells of sdks.tsv compared, {len(explained)} differ for a known reason, {len(wrong)} disagree")
    print("\n".join(wrong))
    sys.exit(1 if wrong or compared < 100 else 0)


main()
