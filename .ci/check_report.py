#!/usr/bin/env python3
"""Checks JSON reports of runs against what has to be in them.

    check_report.py conformant REPORT N [NOTED]      no mismatch, nothing unexplained, at least N scored cases; differences
                                                     below the gate by the requirement NOTED alone
    check_report.py same A B                         equal apart from times
    check_report.py verdicts A B …                   the same verdict on every case
    check_report.py breaks SUBJECT REPORT            the known breaks of an emulator are named, with evidence
"""

import json
import sys

# What each emulator is known to break: a case, the aspect that has to be named, and what it answers. Measured by hand
# against the pinned versions, apart from this harness.
BREAKS = {
    "moto": [
        ("code/wrong-public", "status", "200"),
        ("secret-hash/absent", "status", "200"),
        ("secret-hash/zeros", "status", "200"),
        ("user/confirmed-right-code-public", "status", "200"),
    ],
    "ministack": [
        ("code/wrong-public", "status", "200"),
        ("secret-hash/absent", "status", "200"),
        ("secret-hash/zeros", "status", "200"),
        ("json/root-null-public", "status", "500"),
    ],
    "cognito-local": [
        ("secret-hash/absent", "status", "200"),
        ("secret-hash/zeros", "status", "200"),
        ("user/absent-public", "type", "NotAuthorizedException"),
        ("json/unescaped-quote-confirmation-code-inner-public", "type", "HTML"),
    ],
    "ministack-auth": [("json/root-null-public", "status", "500")],
}

# What an emulator is known to get right: never a mismatch.
RIGHT = {
    "ministack-auth": ["code/wrong-public", "secret-hash/absent", "secret-hash/zeros", "user/confirmed-right-code-public"],
}

GATING = {"documented", "recorded"}


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def fail(text):
    sys.exit(f"check_report: {text}")


def conformant(path, scored, noted=None):
    report = load(path)
    for case in report["cases"]:
        is_noted = case["verdict"] == "advisory" and {m["requirement"] for m in case["mismatches"]} == {noted}
        if case["verdict"] not in ("pass", "observed") and not is_noted:
            fail(f"{case['id']} is {case['verdict']}: {case.get('reason') or case['mismatches']}")
    count = sum(case["scored"] for case in report["cases"])
    if count < scored:
        fail(f"{count} scored cases, at least {scored} wanted")
    if report.get("incomplete"):
        fail(f"the run is incomplete: {report['incomplete']}")
    print(f"{len(report['cases'])} cases, {count} scored, no mismatch")


def same(first, second):
    reports = [load(first), load(second)]
    for report in reports:
        report.pop("timing")
    if reports[0] != reports[1]:
        fail(f"{first} and {second} differ in more than their times")
    texts = [json.dumps(report) for report in reports]
    if texts[0] != texts[1]:
        fail("the order of members differs")
    print("equal, times apart")


def verdicts(paths):
    reports = [{case["id"]: case["verdict"] for case in load(path)["cases"]} for path in paths]
    ids = sorted(set().union(*reports))
    differing = [name for name in ids if len({report.get(name) for report in reports}) > 1]
    for name in differing:
        print(f"{name}: {', '.join(str(report.get(name)) for report in reports)}", file=sys.stderr)
    if differing or not ids:
        fail(f"{len(differing)} of {len(ids)} cases have different verdicts in {len(paths)} runs")
    print(f"{len(ids)} cases, {len(paths)} runs, the same verdicts")


def breaks(subject, path):
    cases = {case["id"]: case for case in load(path)["cases"]}
    for name, aspect, got in BREAKS[subject]:
        if name not in cases:
            fail(f"there is no case {name}")
        found = [m for m in cases[name]["mismatches"] if m["aspect"] == aspect and got in m["got"]]
        if cases[name]["verdict"] != "mismatch" or not any(m["attestation"] in GATING for m in found):
            fail(f"{subject}: {name} should differ in {aspect} with {got}: {cases[name]}")
    for name in RIGHT.get(subject, []):
        if cases[name]["verdict"] != "pass":
            fail(f"{subject}: {name} should pass: {cases[name]}")
    for case in cases.values():
        for mismatch in case["mismatches"]:
            if not mismatch["evidence"]:
                fail(f"{case['id']} is judged without evidence: {mismatch}")
    stuck = [case["id"] for case in cases.values() if case["verdict"] == "inconclusive"]
    if stuck:
        fail(f"{subject}: {len(stuck)} cases are inconclusive: {stuck[:5]}")
    print(f"{subject}: {len(BREAKS[subject])} known breaks named, {len(RIGHT.get(subject, []))} known rights kept")


def main(arguments):
    match arguments:
        case ["conformant", path, scored, *noted] if len(noted) < 2:
            conformant(path, int(scored), *noted)
        case ["same", first, second]:
            same(first, second)
        case ["verdicts", *paths] if len(paths) > 1:
            verdicts(paths)
        case ["breaks", subject, path]:
            breaks(subject, path)
        case _:
            sys.exit(__doc__)


main(sys.argv[1:])
