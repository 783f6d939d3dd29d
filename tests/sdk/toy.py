"""A small SDK for ConfirmSignUp and its driver in one file, right by default. `--bug NAME` plants one of the bugs.

No part of the product: it shows that each bug is found by a case that names it, and that none is found without one.
"""
import base64, gzip, hashlib, hmac, http.client, json, os, socket, sys, time, urllib.parse

MODELLED = """ResourceNotFound InvalidParameter UnexpectedLambda UserLambdaValidation NotAuthorized TooManyFailedAttempts
CodeMismatch ExpiredCode InvalidLambdaResponse AliasExists TooManyRequests LimitExceeded UserNotFound
OperationNotEnabled InternalError Forbidden""".split()
MEMBERS = ["ClientId", "SecretHash", "Username", "ConfirmationCode", "ForceAliasCreation", "AnalyticsMetadata",
           "UserContextData", "ClientMetadata", "Session"]
TEXTS = {"ClientId", "SecretHash", "Username", "ConfirmationCode", "Session"}
THROTTLING = {"TooManyRequestsException", "ThrottlingException", "Throttling", "SlowDown"}
BUGS = [
    "get-method", "wrong-path", "double-slash", "wrong-target", "target-twice", "content-type-charset", "expect",
    "signed", "chunked", "host-missing", "null-sent", "null-nested-sent", "false-dropped", "empty-structure-array",
    "empty-map-dropped", "digits-as-number", "astral-lost", "control-unescaped", "member-twice", "normalised",
    "trimmed", "truncated", "unknown-metadata-type", "retry-after-success", "retry-code-mismatch",
    "retry-changes-body", "attempts-ignored", "keeps-namespace", "keeps-uri", "ignores-header", "ignores-code",
    "message-capital-lost", "message-lost", "untyped", "session-lost", "null-session", "unmodelled-leaks",
    "error-is-success", "html-raw", "html-is-success-400", "request-id-lost", "fields-lost", "hash-order",
    "hash-hex", "hash-latin", "secret-sent", "dies-on-html", "hangs-on-empty", "calls-home", "no-timeout",
    "space-breaks-json", "chunked-unread",
]


class ServiceError(Exception):
    pass


class Unreadable(Exception):
    pass


def encode(value, bug):
    """The input as JSON text."""
    out = {}
    for name, member in value.items():
        if member is None and not bug("null-sent"):
            continue
        if isinstance(member, dict) and name != "ClientMetadata":
            member = {k: v for k, v in member.items() if v is not None or bug("null-nested-sent")}
            if not member and bug("empty-structure-array"):
                member = []
        if name == "ClientMetadata" and isinstance(member, dict):
            member = {k: v for k, v in member.items() if v is not None}
            if not member and bug("empty-map-dropped"):
                continue
            if bug("unknown-metadata-type"):
                member = {k: {"S": v} for k, v in member.items()}
        if member is False and bug("false-dropped"):
            continue
        if isinstance(member, str):
            if bug("digits-as-number") and member.isdigit():
                member = int(member)
            elif bug("astral-lost"):
                member = "".join(c if ord(c) < 0x10000 else "?" for c in member)
            elif bug("normalised"):
                import unicodedata
                member = unicodedata.normalize("NFC", member)
            elif bug("trimmed"):
                member = member.strip()
            elif bug("truncated"):
                member = member[:2048]
        out[name] = member
    text = json.dumps(out, ensure_ascii=False)
    if bug("control-unescaped"):
        text = text.replace("\\u0001", "\u0001")
    if bug("member-twice"):
        text = text[:-1] + ', "ClientId": "x"}'
    return text.encode("utf-8", "surrogatepass")


def lines(endpoint, body, attempt, bug):
    """The head of the request as bytes, and the body as it is sent."""
    path = endpoint.path or "/"
    if bug("wrong-path"):
        path = "/"
    if bug("double-slash"):
        path = "/" + (endpoint.path or "") + "/"
    target = "AWSCognitoIdentityProviderService." + ("confirmSignUp" if bug("wrong-target") else "ConfirmSignUp")
    headers = [] if bug("host-missing") else [("Host", endpoint.netloc)]
    headers += [("X-Amz-Target", target)] * (2 if bug("target-twice") else 1)
    charset = "; charset=utf-8" if bug("content-type-charset") else ""
    headers += [("Content-Type", "application/x-amz-json-1.1" + charset)]
    if bug("expect"):
        headers += [("Expect", "100-continue")]
    if bug("signed") and "AWS_ACCESS_KEY_ID" in os.environ:
        headers += [("Authorization", "AWS4-HMAC-SHA256 Credential=x")]
    if bug("retry-changes-body") and attempt > 1:
        body = body[:-1] + b" }"
    if bug("chunked"):
        headers += [("Transfer-Encoding", "chunked")]
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    else:
        headers += [("Content-Length", str(len(body)))]
    method = "PUT" if bug("get-method") else "POST"
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers) + "\r\n"
    return head.encode(), body


def exchange(endpoint, request, timeout):
    """One attempt: status, headers, body."""
    with socket.create_connection((endpoint.hostname, endpoint.port), timeout=timeout) as stream:
        stream.sendall(request[0] + request[1])
        answer = http.client.HTTPResponse(stream, method="POST")
        answer.begin()
        if not answer.headers:
            raise http.client.BadStatusLine("the head ended early")
        return answer.status, answer.headers, answer.read()


def bare(name, bug):
    if not bug("keeps-uri"):
        name = name.split(":")[0]
    return name if bug("keeps-namespace") else name.split("#")[-1]


def read_error(status, headers, body, bug):
    if b"<html" in body and bug("dies-on-html"):
        os._exit(9)
    if not body and bug("hangs-on-empty"):
        time.sleep(3600)
    if bug("html-raw") and b"<html" in body:
        json.loads(body)
    try:
        value = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        value = {}
    value = value if isinstance(value, dict) else {}
    of_header = None if bug("ignores-header") else headers.get("X-Amzn-ErrorType")
    of_code = None if bug("ignores-code") else value.get("code")
    found = [c for c in (value.get("__type"), of_header, of_code) if isinstance(c, str) and c]
    error = ServiceError()
    error.code = bare(found[0], bug) if found else None
    error.message = value.get("message")
    if error.message is None and not bug("message-capital-lost"):
        error.message = value.get("Message")
    if bug("message-lost"):
        error.message = None
    error.message = error.message if isinstance(error.message, str) else None
    error.status, error.typed = status, (error.code or "")[:-9] in MODELLED and not bug("untyped")
    error.fields = {} if bug("fields-lost") else {k: v for k, v in value.items() if k == "reasonCode"}
    error.request_id = None if bug("request-id-lost") else headers.get("x-amzn-RequestId")
    return error


def confirm_sign_up(endpoint, given, undefined, options, bug):
    given = dict(given)
    if secret := options["client_secret"]:
        parts = [given["Username"], given["ClientId"]]
        text = "".join(parts[::-1] if bug("hash-order") else parts)
        encoding = ("latin-1", "replace") if bug("hash-latin") else ("utf-8", "surrogatepass")
        digest = hmac.new(secret.encode(), text.encode(*encoding), hashlib.sha256)
        given["SecretHash"] = digest.hexdigest() if bug("hash-hex") else base64.b64encode(digest.digest()).decode()
        if bug("secret-sent"):
            given["ClientSecret"] = secret
    if bug("calls-home"):
        proxy = urllib.parse.urlparse(os.environ["HTTPS_PROXY"])
        with socket.create_connection((proxy.hostname, proxy.port)) as stream:
            stream.sendall(b"CONNECT telemetry.example.com:443 HTTP/1.1\r\n\r\n")
            stream.recv(1)
    url = urllib.parse.urlparse(endpoint)
    body = encode({k: v for k, v in given.items() if k in MEMBERS or k == "ClientSecret"}, bug)
    most = 3 if bug("attempts-ignored") else options["attempts"] or 3
    timeout = None if bug("no-timeout") else (options["timeout_ms"] or 15000) / 1000
    for attempt in range(1, most + 1):
        try:
            status, headers, answer = exchange(url, lines(url, body, attempt, bug), timeout)
        except http.client.IncompleteRead:
            raise Unreadable("the body ended early")
        except (OSError, http.client.HTTPException, ValueError):
            if attempt == most:
                raise
            continue
        if bug("retry-after-success") and status == 200 and attempt < most:
            continue
        if bug("html-is-success-400") and b"<html" in answer:
            return {}, None
        if 200 <= status < 300 or (bug("error-is-success") and status == 400):
            return read_output(status, headers, answer, bug)
        error = read_error(status, headers, answer, bug)
        is_final = status < 500 and status != 429 and error.code not in THROTTLING
        if bug("retry-code-mismatch") and error.code == "CodeMismatchException":
            is_final = False
        if is_final or attempt == most:
            raise error
        time.sleep(0.01)


def read_output(status, headers, answer, bug):
    request_id = None if bug("request-id-lost") else headers.get("x-amzn-RequestId")
    if bug("chunked-unread") and headers.get("Transfer-Encoding"):
        return {}, request_id
    if bug("space-breaks-json") and answer[:1].isspace():
        raise Unreadable("the answer is no JSON")
    if headers.get("Content-Encoding") == "gzip":
        answer = gzip.GzipFile(fileobj=__import__("io").BytesIO(answer)).read(1 << 20)
    try:
        value = json.loads(answer) if answer else {}
    except (ValueError, RecursionError):
        raise Unreadable("the answer is no JSON")
    if not isinstance(value, dict):
        raise Unreadable("the answer is no object")
    known = value if bug("unmodelled-leaks") else {k: v for k, v in value.items() if k == "Session"}
    if bug("session-lost"):
        known = {}
    return {k: v for k, v in known.items() if v is not None or bug("null-session")}, request_id


def answer(question, bug):
    try:
        output, request_id = confirm_sign_up(question["endpoint"], question["input"], question["undefined"],
                                             question["options"], bug)
        return {"outcome": "output", "output": output, "request_id": request_id}
    except ServiceError as error:
        return {"outcome": "service_error", "code": error.code, "message": error.message, "typed": error.typed,
                "status": error.status, "request_id": error.request_id, "fields": error.fields}
    except Unreadable as error:
        return {"outcome": "client_error", "kind": "parse", "class": "Unreadable", "message": str(error)}
    except socket.timeout as error:
        return {"outcome": "client_error", "kind": "timeout", "class": "Timeout", "message": str(error)}
    except (OSError, http.client.HTTPException) as error:
        return {"outcome": "client_error", "kind": "transport", "class": type(error).__name__, "message": str(error)}
    except Exception as error:
        return {"outcome": "client_error", "kind": "raw", "class": type(error).__name__, "message": str(error)}


def main():
    planted = sys.argv[sys.argv.index("--bug") + 1] if "--bug" in sys.argv else ""
    if "--bugs" in sys.argv:
        return print("\n".join(BUGS))
    assert not planted or planted in BUGS, planted
    plain = lambda line: json.loads(json.dumps(line), parse_constant=str)  # JSON has no NaN
    say = lambda line: (sys.stdout.write("@@" + json.dumps(plain(line)) + "\n"), sys.stdout.flush())
    say({"hello": {"protocol": 1, "name": "toy", "version": "1", "language": "Python", "features": [
        "session", "typed-errors", "request-id", "fields", "attempts", "timeout", "secret-hash"]}})
    for line in sys.stdin:
        question = json.loads(line)
        say({"id": question["id"], **answer(question, lambda name: name == planted)})


main()
