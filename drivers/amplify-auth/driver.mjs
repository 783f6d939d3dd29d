// Moves Amplify Auth for Countersign: drivers/README.md tells the protocol.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { Amplify } from "aws-amplify";
import { AuthError, confirmSignUp } from "aws-amplify/auth";

const { version } = createRequire(import.meta.url)("@aws-amplify/auth/package.json");
const say = (answer) => process.stdout.write("@@" + JSON.stringify(answer) + "\n");
const MEMBERS = ["ClientId", "Username", "ConfirmationCode", "ForceAliasCreation", "ClientMetadata"];

async function call({ endpoint, input, undefined: names }) {
  const other = [...Object.keys(input), ...names].find((name) => !MEMBERS.includes(name));
  if (other) return { outcome: "unsupported", reason: `there is no parameter for ${other}` };
  const { ClientId, Username, ConfirmationCode } = input;
  const options = {};
  if ("ClientMetadata" in input) options.clientMetadata = input.ClientMetadata;
  if ("ForceAliasCreation" in input) options.forceAliasCreation = input.ForceAliasCreation;
  Amplify.configure({ Auth: { Cognito: {
    userPoolId: "us-east-1_example", userPoolClientId: ClientId, userPoolEndpoint: endpoint,
  } } });
  try {
    await confirmSignUp({ username: Username, confirmationCode: ConfirmationCode, options });
    return { outcome: "output", output: {} };
  } catch (error) {
    const common = { class: error?.constructor?.name, message: error?.message === undefined ? null : error.message };
    const requestId = error?.metadata?.requestId ?? null;
    if (error instanceof AuthError && /^(Empty|AuthUserPoolException|AuthTokenConfigException)/.test(error.name)) {
      return { outcome: "client_error", kind: "validation", ...common };
    }
    if (error instanceof AuthError && error.name === "NetworkError") return { outcome: "client_error", kind: "transport", ...common };
    if (error instanceof AuthError) return { outcome: "service_error", code: error.name, ...common, request_id: requestId };
    return { outcome: "client_error", kind: "raw", ...common };
  }
}

say({ hello: { protocol: 1, name: "amplify-auth", version, language: `Node.js ${process.versions.node}`,
  features: ["undefined"], members: MEMBERS } });
for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  say({ id: question.id, ...(await call(question)) });
}
