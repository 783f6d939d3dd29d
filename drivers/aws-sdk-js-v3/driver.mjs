// Moves the AWS SDK for JavaScript v3 for Countersign: drivers/README.md tells the protocol.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import * as sdk from "@aws-sdk/client-cognito-identity-provider";

const { version } = createRequire(import.meta.url)("@aws-sdk/client-cognito-identity-provider/package.json");
const say = (answer) => process.stdout.write("@@" + JSON.stringify(answer) + "\n");
const text = (value) => (value === undefined ? null : value);

async function call({ endpoint, input, undefined: names, options }) {
  const config = { endpoint };
  if (options.attempts) config.maxAttempts = options.attempts;
  if (options.timeout_ms) config.requestHandler = { requestTimeout: options.timeout_ms, throwOnRequestTimeout: true };
  const client = new sdk.CognitoIdentityProviderClient(config);
  try {
    const given = { ...input, ...Object.fromEntries(names.map((name) => [name, undefined])) };
    const { $metadata, ...output } = await client.send(new sdk.ConfirmSignUpCommand(given));
    return { outcome: "output", output, request_id: text($metadata.requestId) };
  } catch (error) {
    const common = { class: error?.constructor?.name, message: text(error?.message) };
    if (!(error instanceof sdk.CognitoIdentityProviderServiceException)) {
      const lost = error?.name === "TimeoutError" || error?.code !== undefined || error?.$metadata?.attempts > 1;
      const kind = error instanceof SyntaxError || error instanceof TypeError ? "raw" : lost ? "transport" : "parse";
      return { outcome: "client_error", kind: error?.name === "TimeoutError" ? "timeout" : kind, ...common };
    }
    const { name, message, $fault, $metadata, $response, $retryable, ...fields } = error;
    return {
      outcome: "service_error", code: name, ...common, fields, status: text($metadata?.httpStatusCode),
      typed: error.constructor !== sdk.CognitoIdentityProviderServiceException, request_id: text($metadata?.requestId),
    };
  } finally {
    client.destroy();
  }
}

const features = ["session", "typed-errors", "request-id", "fields", "attempts", "timeout", "undefined"];
say({ hello: { protocol: 1, name: "aws-sdk-js-v3", version, language: `Node.js ${process.versions.node}`, features } });
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  say({ id: question.id, ...(await call(question)) });
}
