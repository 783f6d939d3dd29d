// Moves the AWS SDK for JavaScript v2 for Countersign: drivers/README.md tells the protocol.
process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = "1";
const AWS = require("aws-sdk");
const say = (answer) => process.stdout.write("@@" + JSON.stringify(answer) + "\n");
const VALIDATION = /^(MissingRequiredParameter|UnexpectedParameter|InvalidParameterType|MultipleValidationErrors)$/;

function call({ endpoint, input, undefined: names, options }, done) {
  const config = { endpoint };
  if (options.attempts) config.maxRetries = options.attempts - 1;
  if (options.timeout_ms) config.httpOptions = { timeout: options.timeout_ms };
  const client = new AWS.CognitoIdentityServiceProvider(config);
  const given = { ...input, ...Object.fromEntries(names.map((name) => [name, undefined])) };
  client.confirmSignUp(given, function (error, output) {
    const status = this.httpResponse && this.httpResponse.statusCode;
    if (!error) return done({ outcome: "output", output: output || {}, request_id: this.requestId || null });
    const common = { class: error.constructor.name, message: error.message === undefined ? null : error.message };
    if (VALIDATION.test(error.code)) return done({ outcome: "client_error", kind: "validation", ...common });
    if (error.code === "TimeoutError") return done({ outcome: "client_error", kind: "timeout", ...common });
    if (error.code === "NetworkingError" || !status) return done({ outcome: "client_error", kind: "transport", ...common });
    // The SDK makes the name of an error of the language its code.
    if (/^(SyntaxError|TypeError|RangeError)$/.test(error.code)) return done({ outcome: "client_error", kind: "raw", ...common });
    done({ outcome: "service_error", code: String(error.code), ...common, status, request_id: error.requestId || null });
  });
}

const features = ["request-id", "attempts", "timeout", "undefined"];
const members = ["ClientId", "SecretHash", "Username", "ConfirmationCode", "ForceAliasCreation", "AnalyticsMetadata",
  "UserContextData", "ClientMetadata"];
say({ hello: { protocol: 1, name: "aws-sdk-js-v2", version: AWS.VERSION, language: `Node.js ${process.versions.node}`,
  features, members } });
let before = Promise.resolve();
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const question = JSON.parse(line);
  const answered = () => new Promise((next) => call(question, (answer) => { say({ id: question.id, ...answer }); next(); }));
  before = before.then(answered);
});
