"""Sign up and confirm through boto3 against a reference server.

usage: boto3_sign_up.py http://127.0.0.1:PORT/

Needs boto3. Exits with 0 if every step was answered as it should be, for an app client without and with a secret.
"""

import base64
import hashlib
import hmac
import json
import sys
import urllib.parse
import urllib.request

import boto3
from botocore.config import Config


def connect(endpoint):
    return boto3.client(
        "cognito-idp",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="reference",
        aws_secret_access_key="reference",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=10, proxies={}),
    )


def read_code(endpoint, pool_id, username):
    path = "/_countersign/codes/" + "/".join(urllib.parse.quote(part, safe="") for part in (pool_id, username))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.parse.urljoin(endpoint, path), timeout=10) as answer:
        return json.load(answer)["Code"]


def check(found, expected, what):
    if found != expected:
        sys.exit(f"{what}: expected {expected!r}, got {found!r}")


def refused(error, call, what):
    try:
        call()
    except error as refusal:
        check(refusal.response["ResponseMetadata"]["HTTPStatusCode"], 400, what)
        return refusal.response["Error"]["Message"]
    sys.exit(f"{what}: not refused")


def sign_up_and_confirm(endpoint, generate_secret):
    idp = connect(endpoint)
    pool_id = idp.create_user_pool(PoolName="boto3", AutoVerifiedAttributes=["email"])["UserPool"]["Id"]
    client = idp.create_user_pool_client(
        UserPoolId=pool_id, ClientName="boto3", GenerateSecret=generate_secret
    )["UserPoolClient"]
    check("ClientSecret" in client, generate_secret, "ClientSecret")
    username = "ann+lee@example.com"
    named = {"ClientId": client["ClientId"], "Username": username}
    if generate_secret:
        message = (username + client["ClientId"]).encode()
        digest = hmac.new(client["ClientSecret"].encode(), message, hashlib.sha256).digest()
        unauthorized = idp.exceptions.NotAuthorizedException
        refused(unauthorized, lambda: idp.confirm_sign_up(**named, ConfirmationCode="1"), "no SecretHash")
        named["SecretHash"] = base64.b64encode(digest).decode()

    signed_up = idp.sign_up(
        **named, Password="Secret-123", UserAttributes=[{"Name": "email", "Value": username}]
    )
    check(signed_up["UserConfirmed"], False, "UserConfirmed")
    check(signed_up["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL", "DeliveryMedium")
    user = idp.admin_get_user(UserPoolId=pool_id, Username=username)
    check(user["UserStatus"], "UNCONFIRMED", "UserStatus")

    mismatch = idp.exceptions.CodeMismatchException
    message = refused(mismatch, lambda: idp.confirm_sign_up(**named, ConfirmationCode="000000"), "wrong code")
    check(message, "Invalid verification code provided, please try again.", "wrong code")
    superseded = read_code(endpoint, pool_id, username)
    idp.resend_confirmation_code(**named)
    refused(mismatch, lambda: idp.confirm_sign_up(**named, ConfirmationCode=superseded), "superseded code")
    idp.confirm_sign_up(**named, ConfirmationCode=read_code(endpoint, pool_id, username))

    user = idp.admin_get_user(UserPoolId=pool_id, Username=username)
    attributes = {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}
    check(user["UserStatus"], "CONFIRMED", "UserStatus")
    check(user["Enabled"], True, "Enabled")
    check(attributes["sub"], signed_up["UserSub"], "sub")
    check(attributes["email_verified"], "true", "email_verified")
    idp.admin_delete_user(UserPoolId=pool_id, Username=username)
    idp.delete_user_pool_client(UserPoolId=pool_id, ClientId=client["ClientId"])
    idp.delete_user_pool(UserPoolId=pool_id)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for generate_secret in (False, True):
        sign_up_and_confirm(sys.argv[1], generate_secret)
    print(f"boto3 {boto3.__version__}: signed up and confirmed, without and with a client secret")


main()
