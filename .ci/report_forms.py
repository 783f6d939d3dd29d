#!/usr/bin/env python3
"""Checks reports against the schemas of their forms; see .ci/report_schemas.

    report_forms.py hostile                a JSON report with hostile text in every field, on stdout
    report_forms.py check WORK FORM FILE   fails, and says `refused: …`, unless FILE is in order
    report_forms.py break FORM FILE OUT    a copy that has to be refused
"""

import base64
import html.parser
import json
import pathlib
import re
import sys

HOSTILE = (
    "\x1b[2J\x1b]0;x\x07\0\r\t\x08\x7f\x9b31m\u202e\u200b\u2028\ufeff\ufffe\uffff]]>&<\"'\\\nnext"
    "|a\\|b`` ` <script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) ![x](http://x.invalid/y)"
    " http://x.invalid www.x.invalid me@x.invalid @someone ::error::x %0A::set-output name=a::b ##[error]x $`x`$ <!-- -->"
)
VERDICTS = ["pass", "mismatch", "advisory", "known", "stale", "observed", "uncovered", "inconclusive"]
ATTESTATIONS = ["documented", "recorded", "reported", "inferred"]
XML_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Refused(Exception):
    pass


def hostile():
    counts = dict.fromkeys(VERDICTS, len(ATTESTATIONS))
    cases = []
    for verdict in VERDICTS:
        for attestation in ATTESTATIONS:
            name = f"{HOSTILE}/{HOSTILE}{verdict}-{attestation}"
            mismatch = {
                "requirement": HOSTILE, "aspect": "type", "attestation": attestation, "evidence": [HOSTILE],
                "expected": HOSTILE, "got": HOSTILE,
            }
            bodies = [HOSTILE, r"\xff\xfe\x00{\"a\":1}", "(closed)", "x" * 4096 + "… (99999 bytes in all)"]
            exchanges = [
                {"role": HOSTILE, "request": HOSTILE, "response": HOSTILE},
                {"role": "step 1", "request": r"GET /\r\nHost: \xff\r\n\r\n", "response": ""},
            ] + [
                {
                    "role": f"step {number}",
                    "request": "P\\xffST /a b?<q>=\\u{202e}&x HTTP/1.1\nHost: ${host}\nX: " + r"\xff" + "\n:\n\n" + body,
                    "response": "HTTP/1.1 400 \\u{1b}[2J\nLocation: javascript:x\nContent-Type: a\\\\b\n\n" + body,
                }
                for number, body in enumerate(bodies)
            ]
            cases.append({
                "id": name, "layer": "state", "requirements": [HOSTILE, "CSU-CODE-001"], "labels": [HOSTILE],
                "verdict": verdict, "scored": True, "round": 0, "mismatches": [mismatch], "reason": HOSTILE,
                "answer": HOSTILE, "state": {HOSTILE: HOSTILE}, "exchanges": exchanges,
                "rounds": {**dict.fromkeys(VERDICTS, 0), verdict: 1},
            })
    header = {
        "countersign": HOSTILE, "revision": HOSTILE, "subject": HOSTILE, "endpoint": HOSTILE, "seed": 0,
        "gate": "recorded", "cases": len(cases), "invocation": HOSTILE,
    }
    score = {"passed": 8, "applicable": 24, "total": len(cases)}
    return {
        "schema_version": 1, "header": header, "incomplete": HOSTILE, "score": score, "verdicts": counts,
        "executions": counts, "unrecorded": 0, "cases": cases, "timing": None,
    }


def load(path):
    try:
        return json.loads(pathlib.Path(path).read_bytes())
    except ValueError as error:
        raise Refused(f"no JSON: {error}") from error


def against(schema, value, **more):
    import jsonschema

    validator = jsonschema.validators.validator_for(schema)(schema, **more)
    error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    if error:
        raise Refused(f"{error.json_path}: {error.message[:300]}")


def check_json(_, path):
    schema = json.loads(pathlib.Path("corpus/report.schema.json").read_text(encoding="utf-8"))
    value = load(path)
    against(schema, value)
    return f"{len(value['cases'])} cases"


def xml(path):
    from lxml import etree

    try:
        return etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as error:
        raise Refused(f"no XML: {error}") from error


def check_junit(work, path):
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(str(work / "junit-10.xsd")))
    document = xml(path)
    if not schema.validate(document):
        raise Refused(f"not by junit-10.xsd: {schema.error_log[0]}")
    count = len(document.findall(".//testcase"))
    if count == 0:
        raise Refused("no test case")
    return f"{count} test cases, by junit-10.xsd"


def check_badge(_, path):
    document = xml(path)
    for element in document.iter():
        name = element.tag.split("}")[-1]
        if name not in {"svg", "title", "clipPath", "rect", "g", "text"}:
            raise Refused(f"the element {name}")
        for attribute, value in element.attrib.items():
            if "href" in attribute or attribute.startswith("on") or re.search(r"url\((?!#)", value):
                raise Refused(f"the attribute {attribute}")
    texts = [element.text for element in document.iter("{http://www.w3.org/2000/svg}text")]
    if len(texts) != 2:
        raise Refused(f"the texts {texts}")
    return " ".join(texts)


def check_sarif(work, path):
    value = load(path)
    package = work / "js/node_modules/@microsoft/sarif-multitool-linux"
    against(json.loads((package / "sarif-2.1.0.json").read_text(encoding="utf-8-sig")), value)
    run = value["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    prints = set()
    for result in run["results"]:
        if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
            raise Refused(f"the rule of {result['ruleId']}")
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        if run["artifacts"][place["index"]]["location"]["uri"] != place["uri"]:
            raise Refused(f"the artifact of {place['uri']}")
        prints.add(result["partialFingerprints"]["primaryLocationLineHash"])
    if len(prints) != len(run["results"]):
        raise Refused("two results have the same fingerprint")
    score = run["properties"]["score"]
    is_conformant = score["passed"] == score["applicable"]
    if len(run["results"]) > 25000 or not run["results"] and not is_conformant:
        raise Refused(f"{len(run['results'])} results, with the score {score}")
    return f"{len(run['results'])} results under {len(rules)} rules, by the schema of SARIF 2.1.0"


def check_har(work, path):
    import subprocess

    script = (
        "require('har-validator').har(JSON.parse(require('fs').readFileSync(process.argv[1]))).then("
        "() => process.exit(0), (error) => { console.log(JSON.stringify(error.errors)); process.exit(9); });"
    )
    value = load(path)
    ended = subprocess.run(
        ["node", "-e", script, str(pathlib.Path(path).resolve())], cwd=work / "js", capture_output=True, text=True
    )
    if ended.returncode == 9:
        raise Refused(f"not by har-schema: {ended.stdout[:300]}")
    if ended.returncode != 0:
        sys.exit(f"har-validator: {ended.stderr}")
    entries = value["log"]["entries"]
    pages = {page["id"] for page in value["log"]["pages"]}
    for entry in entries:
        if entry["pageref"] not in pages:
            raise Refused(f"no page {entry['pageref']!r}")
        content = entry["response"]["content"]
        if content.get("encoding") == "base64":
            base64.b64decode(content["text"], validate=True)
    if not entries:
        raise Refused("no entry")
    return f"{len(entries)} entries, by har-schema"


class Rendered(html.parser.HTMLParser):
    """What GitHub's renderer made of a page: nothing but the structure that the report has itself."""

    ALLOWED = {"h2", "h3", "p", "strong", "code", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "blockquote"}

    def __init__(self):
        super().__init__()
        self.cells, self.columns, self.rows = 0, None, 0

    def handle_starttag(self, tag, attributes):
        if tag not in self.ALLOWED or any(name not in {"align", "style"} for name, _ in attributes):
            raise Refused(f"the element <{tag}> {attributes}")
        if tag == "table":
            self.columns = None
        elif tag == "tr":
            self.cells = 0
        elif tag in {"td", "th"}:
            self.cells += 1

    def handle_endtag(self, tag):
        if tag == "tr":
            self.rows += 1
            self.columns = self.columns or self.cells
            if self.cells != self.columns:
                raise Refused(f"{self.cells} cells under {self.columns} columns")

    def handle_comment(self, data):
        raise Refused(f"a comment: {data!r}")


def check_md(_, path):
    import cmarkgfm
    from cmarkgfm.cmark import Options

    text = pathlib.Path(path).read_text(encoding="utf-8")
    if len(text.encode()) > 1024 * 1024:
        raise Refused("longer than 1 MiB")
    unsafe = re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", text)
    if unsafe:
        raise Refused(f"the character {unsafe.group()!r}")
    rendered = Rendered()
    rendered.feed(cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE))
    # Rows that lost or won a cell are filled up or cut by the renderer: they are counted in the source.
    for line in text.splitlines():
        if line.startswith("| ") and not line.endswith(" |"):
            raise Refused(f"the row {line!r}")
    if rendered.rows == 0:
        raise Refused("no table")
    return f"{len(text)} characters, {rendered.rows} rows of tables, by cmark-gfm"


CHECKS = {
    "json": check_json, "junit": check_junit, "sarif": check_sarif, "md": check_md, "har": check_har, "badge": check_badge,
}

# For each form a slip that its check has to find: what is replaced, and by what.
SLIPS = {
    "json": [('"verdict":"mismatch"', '"verdict":"missed"')],
    "junit": [("<testcase ", "<testcase mood='bad' ")],
    "sarif": [('"level":"error"', '"level":"fatal"')],
    "md": [("](javascript", "]`(javascript"), ("| --- |", "| --- | <b>x</b>")],
    "har": [('"timings":{"send":0', '"timings":{"sent":0')],
    "badge": [("<title>", "<script>x</script><title>")],
}


def main(arguments):
    match arguments:
        case ["hostile"]:
            json.dump(hostile(), sys.stdout)
        case ["check", work, form, path]:
            try:
                print(f"{form}: {path}: {CHECKS[form](pathlib.Path(work), path)}")
            except Refused as error:
                sys.exit(f"refused: {path}: {ascii(str(error))}")
        case ["break", form, path, out]:
            text = pathlib.Path(path).read_text(encoding="utf-8")
            for good, bad in SLIPS[form]:
                if good not in text:
                    sys.exit(f"report_forms: {path} has no {good!r}")
                text = text.replace(good, bad, 1)
            pathlib.Path(out).write_text(text, encoding="utf-8")
        case _:
            sys.exit(__doc__)


main(sys.argv[1:])
