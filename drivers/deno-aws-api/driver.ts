// Moves the aws_api library for Deno for Countersign: drivers/README.md tells the protocol.
//   deno run --allow-net=127.0.0.1 --allow-env driver.ts CLIENT_MODULE SERVICE_MODULE [VERSION]
// Both modules are URLs or absolute paths: the library's `client/mod.ts`, and a generated module with
// `CognitoIdentityServiceProvider`. The version is what the report calls them.
const [client, service, version = "unknown"] = Deno.args;
const { ApiFactory } = await import(client);
const { CognitoIdentityServiceProvider: Service } = await import(service);

const print = new TextEncoder();
const say = (answer: unknown) => Deno.stdout.writeSync(print.encode("@@" + JSON.stringify(answer) + "\n"));

// What the generated code knows of the operation depends on the age of the model that it was generated from.
const source = String(Service.prototype.confirmSignUp);
const members = ["ClientId", "SecretHash", "Username", "ConfirmationCode", "ForceAliasCreation", "AnalyticsMetadata",
  "UserContextData", "ClientMetadata", "Session"].filter((name) => source.includes(name));
const features = ["undefined"].concat(members.includes("Session") ? ["session"] : []);

// deno-lint-ignore no-explicit-any
async function call({ endpoint, input, undefined: names }: any) {
  const given = { ...input, ...Object.fromEntries(names.map((name: string) => [name, undefined])) };
  try {
    const output = await new Service(new ApiFactory({ fixedEndpoint: endpoint })).confirmSignUp(given);
    return { outcome: "output", output: output ?? {} };
    // deno-lint-ignore no-explicit-any
  } catch (error: any) {
    const common = { class: error?.constructor?.name ?? typeof error, message: error?.message ?? String(error) };
    if (error?.name === "AwsServiceError") {
      const { code, originalMessage: message, requestId: request_id, origResponse } = error;
      return { outcome: "service_error", ...common, code, message: message ?? null, status: origResponse.status, request_id };
    }
    const isTransport = error instanceof TypeError && /error sending request|connection|body/.test(error.message);
    const isOwn = error?.constructor === Error;
    return { outcome: "client_error", kind: isTransport ? "transport" : isOwn ? "parse" : "raw", ...common };
  }
}

say({ hello: { protocol: 1, name: "deno-aws-api", version, language: `Deno ${Deno.version.deno}`, features, members } });
let rest = "";
for await (const piece of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + piece).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const question = JSON.parse(line);
    say({ id: question.id, ...await call(question) });
  }
}
