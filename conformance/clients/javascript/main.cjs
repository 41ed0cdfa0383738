// The program of the `js` client: S3 by the AWS SDK for JavaScript v3, for as long as lines come.
//
//   node main.cjs FOLDER      FOLDER/node_modules holds the SDK
//
// The protocol is in docs/clients.md: one JSON line in, one JSON line out.
"use strict";

const { createRequire } = require("node:module");
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { pipeline } = require("node:stream/promises");
const { agents, recordTo } = require("./record.cjs");

const sdk = createRequire(path.resolve(process.argv[2], "from-here.js"));
const LONGEST = 2000; // characters of an error that are passed on

// Numbers of the model that are strings in the types of this SDK. Its older versions left a number out
// of what it signed.
const STRINGS = ["PartNumberMarker"];

/** A member of a request as the SDK takes it: bytes and times have a tag of their own. */
function revive(name, value) {
  if (STRINGS.includes(name) && typeof value === "number") return String(value);
  if (value !== null && typeof value === "object") {
    if (typeof value.$bytes === "string") return Buffer.from(value.$bytes, "base64");
    if (typeof value.$time === "string") return new Date(value.$time);
  }
  return value;
}

function version() {
  const manifest = path.join(process.argv[2], "node_modules/@aws-sdk/client-s3/package.json");
  return `aws-sdk-js/${JSON.parse(fs.readFileSync(manifest, "utf8")).version} node/${process.versions.node}`;
}

function makeClient(settings) {
  const { S3Client } = sdk("@aws-sdk/client-s3");
  const { NodeHttpHandler } = sdk("@smithy/node-http-handler");
  const keys = settings.credentials;
  const options = {
    endpoint: settings.endpoint,
    region: settings.region,
    forcePathStyle: settings.addressing === "path",
    maxAttempts: 1,
    credentials: {
      accessKeyId: keys ? keys.access_key : "none",
      secretAccessKey: keys ? keys.secret_key : "none",
      sessionToken: keys && keys.session_token ? keys.session_token : undefined,
    },
    requestHandler: new NodeHttpHandler({ ...agents(settings), requestTimeout: 60000 }),
  };
  if (!keys) options.signer = { sign: async (request) => request };
  return new S3Client(options);
}

/** What the call streams goes to a file: a body, or the records of an event stream. */
async function deliver(output, out) {
  for (const value of Object.values(output)) {
    if (value === null || typeof value !== "object") continue;
    if (typeof value.pipe === "function") {
      await pipeline(value, fs.createWriteStream(out));
    } else if (typeof value[Symbol.asyncIterator] === "function") {
      const file = fs.openSync(out, "w");
      try {
        for await (const event of value) {
          if (event.Records && event.Records.Payload) fs.writeSync(file, event.Records.Payload);
        }
      } finally {
        fs.closeSync(file);
      }
    }
  }
}

class Refusal extends Error {}

function commandFor(operation, members) {
  const Command = sdk("@aws-sdk/client-s3")[`${operation}Command`];
  if (Command === undefined) throw new Refusal(`the SDK has no ${operation}Command`);
  return new Command(members);
}

const WAYS = {
  async call(client, asked, members) {
    if (asked.body) members[asked.body_member] = fs.readFileSync(asked.body);
    const output = await client.send(commandFor(asked.operation, members));
    await deliver(output, asked.out);
    return {};
  },
  async upload(client, asked, members) {
    const { Upload } = sdk("@aws-sdk/lib-storage");
    const file = fs.createReadStream(asked.body, { highWaterMark: 65536 });
    members.Body = file.pipe(new (require("node:stream").PassThrough)()); // its length is not known
    await new Upload({ client, params: members }).done();
    return {};
  },
  async presign(client, asked, members) {
    const { getSignedUrl } = sdk("@aws-sdk/s3-request-presigner");
    const command = commandFor(asked.operation, members);
    return { url: await getSignedUrl(client, command, { expiresIn: asked.expires }) };
  },
};

function failure(problem) {
  const said = `${problem.name}: ${problem.message}`.slice(0, LONGEST);
  const network = problem.code !== undefined && problem.$metadata === undefined;
  return { ok: false, error: said, refused: problem instanceof Refusal, network };
}

async function answerTo(client, line) {
  const asked = JSON.parse(line, revive);
  const stop = asked.record ? recordTo(asked.record) : () => {};
  try {
    return { ok: true, ...(await WAYS[asked.do](client, asked, asked.members)) };
  } catch (problem) {
    return failure(problem);
  } finally {
    stop();
  }
}

async function main() {
  let client;
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    let answer;
    if (client === undefined) {
      client = makeClient(JSON.parse(line));
      answer = { ok: true, version: version() };
    } else {
      answer = await answerTo(client, line);
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  process.exit(0); // kept connections would hold it
}

main().catch((problem) => {
  console.error(problem);
  process.exit(1);
});
