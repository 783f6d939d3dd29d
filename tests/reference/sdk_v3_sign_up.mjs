// Sign up and confirm through the AWS SDK for JavaScript v3 against a reference server.
//
// usage: node sdk_v3_sign_up.mjs http://127.0.0.1:PORT/
//
// Needs @aws-sdk/client-cognito-identity-provider, found from the current directory. Exits with 0 if every step was
// answered as it should be, for an app client without and with a secret.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const {
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  CodeMismatchException,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolCommand,
  NotAuthorizedException,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} = require("@aws-sdk/client-cognito-identity-provider");

async function readCode(endpoint, poolId, username) {
  const path = ["_countersign", "codes", poolId, username].map(encodeURIComponent).join("/");
  const answer = await fetch(new URL("/" + path, endpoint), { signal: AbortSignal.timeout(10_000) });
  assert.equal(answer.status, 200, "the code can be read");
  return (await answer.json()).Code;
}

async function refusal(send) {
  try {
    await send();
  } catch (error) {
    return error;
  }
  assert.fail("not refused");
}

async function signUpAndConfirm(endpoint, generateSecret) {
  const idp = new CognitoIdentityProviderClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "reference", secretAccessKey: "reference" },
    maxAttempts: 1,
  });
  const send = (Command, input) => idp.send(new Command(input), { requestTimeout: 10_000 });
  const pool = await send(CreateUserPoolCommand, { PoolName: "sdk", AutoVerifiedAttributes: ["email"] });
  const UserPoolId = pool.UserPool.Id;
  const client = (
    await send(CreateUserPoolClientCommand, { UserPoolId, ClientName: "sdk", GenerateSecret: generateSecret })
  ).UserPoolClient;
  assert.equal(client.ClientSecret !== undefined, generateSecret);
  const { ClientId } = client;
  const Username = "ann+lee@example.com";
  const named = { ClientId, Username };
  if (generateSecret) {
    const unhashed = await refusal(() => send(ConfirmSignUpCommand, { ...named, ConfirmationCode: "1" }));
    assert.ok(unhashed instanceof NotAuthorizedException, `no SecretHash: ${unhashed}`);
    named.SecretHash = createHmac("sha256", client.ClientSecret).update(Username + ClientId).digest("base64");
  }

  const signedUp = await send(SignUpCommand, {
    ...named,
    Password: "Secret-123",
    UserAttributes: [{ Name: "email", Value: Username }],
  });
  assert.equal(signedUp.UserConfirmed, false);
  assert.equal(signedUp.CodeDeliveryDetails.DeliveryMedium, "EMAIL");
  assert.equal((await send(AdminGetUserCommand, { UserPoolId, Username })).UserStatus, "UNCONFIRMED");

  const confirm = (ConfirmationCode) => send(ConfirmSignUpCommand, { ...named, ConfirmationCode });
  const mismatch = await refusal(() => confirm("000000"));
  assert.ok(mismatch instanceof CodeMismatchException, `wrong code: ${mismatch}`);
  assert.equal(mismatch.$metadata.httpStatusCode, 400);
  assert.equal(mismatch.message, "Invalid verification code provided, please try again.");
  assert.match(mismatch.$metadata.requestId, /^[0-9a-f-]{36}$/);
  const superseded = await readCode(endpoint, UserPoolId, Username);
  await send(ResendConfirmationCodeCommand, named);
  assert.ok((await refusal(() => confirm(superseded))) instanceof CodeMismatchException, "superseded code");
  await confirm(await readCode(endpoint, UserPoolId, Username));

  const user = await send(AdminGetUserCommand, { UserPoolId, Username });
  const attributes = Object.fromEntries(user.UserAttributes.map(({ Name, Value }) => [Name, Value]));
  assert.equal(user.UserStatus, "CONFIRMED");
  assert.equal(user.Enabled, true);
  assert.equal(attributes.sub, signedUp.UserSub);
  assert.equal(attributes.email_verified, "true");
  await send(AdminDeleteUserCommand, { UserPoolId, Username });
  await send(DeleteUserPoolClientCommand, { UserPoolId, ClientId });
  await send(DeleteUserPoolCommand, { UserPoolId });
  idp.destroy();
}

const [endpoint, ...rest] = process.argv.slice(2);
assert.ok(endpoint && rest.length === 0, "usage: node sdk_v3_sign_up.mjs http://127.0.0.1:PORT/");
for (const generateSecret of [false, true]) {
  await signUpAndConfirm(endpoint, generateSecret);
}
const { version } = require("@aws-sdk/client-cognito-identity-provider/package.json");
console.log(`AWS SDK for JavaScript ${version}: signed up and confirmed, without and with a client secret`);
