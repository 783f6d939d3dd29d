// Moves amazon-cognito-identity-js for Countersign: drivers/README.md tells the protocol.
const { CognitoUser, CognitoUserPool } = require("amazon-cognito-identity-js");
const { version } = require("amazon-cognito-identity-js/package.json");
const say = (answer) => process.stdout.write("@@" + JSON.stringify(answer) + "\n");
const MEMBERS = ["ClientId", "Username", "ConfirmationCode", "ForceAliasCreation", "ClientMetadata"];
const told = (error) => ({ class: error?.constructor?.name, message: error?.message === undefined ? null : error.message });

function call({ endpoint, input, undefined: names }) {
  const other = [...Object.keys(input), ...names].find((name) => !MEMBERS.includes(name));
  if (other) return { outcome: "unsupported", reason: `there is no parameter for ${other}` };
  // The API sends these two whether it is given them or not; what it is not given is not to be sent.
  const { ClientId, Username, ConfirmationCode, ForceAliasCreation, ClientMetadata } = input;
  let user;
  try {
    const Pool = new CognitoUserPool({ UserPoolId: "us-east-1_example", ClientId, endpoint });
    user = new CognitoUser({ Username, Pool });
  } catch (error) {
    return { outcome: "client_error", kind: "validation", ...told(error) };
  }
  return new Promise((done) => {
    const ended = (error) => {
      if (!error) return done({ outcome: "output", output: {} });
      if (error.code === "NetworkError") return done({ outcome: "client_error", kind: "transport", ...told(error) });
      const raw = error instanceof TypeError || error instanceof SyntaxError;
      if (raw || error.code === undefined) return done({ outcome: "client_error", kind: "raw", ...told(error) });
      done({ outcome: "service_error", code: String(error.code), ...told(error) });
    };
    lost = (error) => ended(error instanceof Error ? error : new Error(String(error)));
    user.confirmRegistration(ConfirmationCode, ForceAliasCreation, ended, ClientMetadata);
  });
}

// What the SDK throws where nobody can catch it is what its caller gets to see.
let lost = () => {};
process.on("uncaughtException", (error) => lost(error));
process.on("unhandledRejection", (error) => lost(error));
say({ hello: { protocol: 1, name: "amazon-cognito-identity-js", version, language: `Node.js ${process.versions.node}`,
  features: ["undefined"], members: MEMBERS } });
let before = Promise.resolve();
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const question = JSON.parse(line);
  before = before.then(() => call(question)).then((answer) => say({ id: question.id, ...answer }));
});
