"""Moves boto3 for Countersign: drivers/README.md tells the protocol."""
import json, platform, sys
import boto3, botocore
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

KINDS = {"ParamValidationError": "validation", "NoCredentialsError": "auth", "ReadTimeoutError": "timeout",
         "ConnectTimeoutError": "timeout", "ResponseParserError": "parse"}

SESSION = boto3.Session()  # keeps what is read from disk; retry quotas and connections belong to the client

def say(answer):
    plain = json.loads(json.dumps(answer, default=repr), parse_constant=str)  # JSON has no NaN
    sys.stdout.write("@@" + json.dumps(plain) + "\n")
    sys.stdout.flush()

def call(question):
    options = question["options"]
    config = {}
    if options["attempts"]:
        config["retries"] = {"total_max_attempts": options["attempts"]}
    if options["timeout_ms"]:
        config["read_timeout"] = options["timeout_ms"] / 1000
    client = SESSION.client("cognito-idp", endpoint_url=question["endpoint"], config=Config(**config))
    try:
        output = client.confirm_sign_up(**question["input"])
        meta = output.pop("ResponseMetadata", {})
        return {"outcome": "output", "output": output, "request_id": meta.get("RequestId")}
    except ClientError as error:
        body, meta = dict(error.response.get("Error", {})), error.response.get("ResponseMetadata", {})
        known = type(error) is not ClientError
        fields = {k: v for k, v in error.response.items() if k not in ("Error", "ResponseMetadata")}
        return {"outcome": "service_error", "code": body.get("Code"), "message": body.get("Message"), "typed": known,
                "class": type(error).__name__, "status": meta.get("HTTPStatusCode"),
                "request_id": meta.get("RequestId"), "fields": fields}
    except BotoCoreError as error:
        kind = KINDS.get(type(error).__name__, "transport")
        return {"outcome": "client_error", "kind": kind, "class": type(error).__name__, "message": str(error)}
    except Exception as error:
        return {"outcome": "client_error", "kind": "raw", "class": type(error).__name__, "message": str(error)}

say({"hello": {"protocol": 1, "name": "boto3", "version": boto3.__version__,
               "language": "Python " + platform.python_version(),
               "features": ["session", "typed-errors", "request-id", "fields", "attempts", "timeout"]}})
for line in sys.stdin:
    question = json.loads(line)
    say({"id": question["id"], **call(question)})
