#!/usr/bin/env python3
"""Reports for .ci/html_report: cut to the longest cases, with hostile text in every field; and pages with a defect.

  first REPORT N | hostile REPORT | plant DEFECT < PAGE
"""
import base64
import hashlib
import json
import re
import sys

HOSTILE = (
    "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>\"'`&lt;&#60;{{7*7}}"
    "]]>--><!--</style></textarea></title><svg onload=window.pwned=1>javascript:window.pwned=1"
    "\u202egnp.exe\u2028\u2029\u0000\u001b[2J\ufeff</pre></details>"
)


def first(path, count):
    report = json.load(open(path))
    # Those with the most to show come first: a page of these is longer than one of any others.
    cases = sorted(report["cases"], key=lambda case: -len(json.dumps(case["exchanges"])))[:count]
    chosen = {case["id"] for case in cases}
    report["cases"] = [case for case in report["cases"] if case["id"] in chosen]
    return report


def hostile(path):
    report = json.load(open(path))
    header = report["header"]
    for name in ("countersign", "revision", "subject", "endpoint", "invocation", "gate"):
        header[name] = HOSTILE
    report["incomplete"] = HOSTILE
    cases = []
    differing = [case for case in report["cases"] if case["mismatches"]]
    of_matrix = [case for case in differing if case["id"].startswith(("matrix/", "null/"))]
    for number, case in enumerate(of_matrix[:100] + [case for case in differing if case not in of_matrix][:50]):
        # Every other one keeps its id, so that heat maps and graphs have cells.
        if number % 2 == 0:
            case["id"] = f"{number}/{HOSTILE}"
        case["labels"] = [HOSTILE, f"{HOSTILE}/{number}"]
        case["requirements"] = [HOSTILE, f"CSU-{HOSTILE}-001"]
        case["reason"], case["answer"] = HOSTILE, f"400 {HOSTILE}"
        case["state"] = {HOSTILE: HOSTILE}
        for mismatch in case["mismatches"]:
            mismatch["requirement"] = f"CSU-{HOSTILE}-001"
            mismatch["evidence"] = [HOSTILE, "SEM-001"]
            mismatch["expected"] = f"a {HOSTILE}"
            mismatch["got"] = f"b {HOSTILE}"
        case["exchanges"] = [
            {"role": HOSTILE, "request": f"{HOSTILE}\n\n{HOSTILE}", "response": f"{HOSTILE}\n\n{HOSTILE}"}
        ]
        cases.append(case)
    report["cases"] = cases
    return report


def replaced(page, old, new):
    assert page.count(old) == 1, f"{page.count(old)} times: {old}"
    return page.replace(old, new)


def allowed(page):
    """The page with a policy that allows its script as it is now."""
    script = re.search(r'<script>("use strict".*?)</script>', page, re.S).group(1)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return re.sub(r"script-src '[^']*'", f"script-src 'sha256-{digest}'", page)


def plant(defect, page):
    if defect == "request":
        return replaced(page, "</main>", '<img src="https://127.0.0.1:1/x.png" alt="x"></main>')
    if defect == "console":
        return allowed(replaced(page, "addEventListener(\"hashchange\", follow);", "console.error('planted');"))
    if defect == "data":
        return replaced(page, '<script type="application/json" id="data">', '<script>window.pwned=1</script><script type="application/json" id="data">')
    if defect == "filter":
        return allowed(replaced(page, "if (!entries.some(fits)) return false;", ""))
    if defect == "keyboard":
        return allowed(replaced(page, "details.addEventListener(\"toggle\"", "details.addEventListener(\"click\""))
    if defect == "label":
        return allowed(replaced(page, '"Search", search', "search").replace("placeholder:", "title2:"))
    sys.exit(f"no such defect: {defect}")


def main():
    command, *rest = sys.argv[1:]
    if command == "first":
        json.dump(first(rest[0], int(rest[1])), sys.stdout)
    elif command == "hostile":
        json.dump(hostile(rest[0]), sys.stdout)
    elif command == "plant":
        sys.stdout.write(plant(rest[0], sys.stdin.read()))


main()
