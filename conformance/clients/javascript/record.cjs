// What crosses the sockets of this process, in the form of conformance/evidence/recorder.py: a kind,
// the connection's number, Unix time, the length of the data, the data. Under TLS the plain bytes.
"use strict";

const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");

let file = null; // the record of the call that is being made
let known = new Set(); // connections that this record names already
let count = 0;

/** Record to a file until the function that is returned is called. */
function recordTo(name) {
  file = fs.openSync(name, "a", 0o600);
  known = new Set();
  return () => {
    fs.closeSync(file);
    file = null;
  };
}

function write(kind, connection, data) {
  if (file === null) return;
  if (!known.has(connection.number)) {
    known.add(connection.number);
    write("O", connection, Buffer.from(connection.peer));
  }
  const head = Buffer.alloc(21);
  head.write(kind, 0, "latin1");
  head.writeBigUInt64BE(BigInt(connection.number), 1);
  head.writeDoubleBE(Date.now() / 1000, 9);
  head.writeUInt32BE(data.length, 17);
  fs.writeSync(file, Buffer.concat([head, data]));
}

/** Stand between a socket and who uses it: `write` is what is sent, `push` what has come. */
function tap(socket, scheme, options) {
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  const connection = { number: ++count, peer: `${scheme}://${host}:${options.port}` };
  const send = socket.write;
  socket.write = function (data, encoding, done) {
    const text = typeof encoding === "string" ? encoding : "utf8";
    write("S", connection, typeof data === "string" ? Buffer.from(data, text) : Buffer.from(data));
    return send.call(socket, data, encoding, done);
  };
  const push = socket.push;
  socket.push = function (data, encoding) {
    if (data === null) write("E", connection, Buffer.alloc(0));
    else write("R", connection, Buffer.from(data));
    return push.call(socket, data, encoding);
  };
  socket.on("error", (problem) => write("X", connection, Buffer.from(String(problem))));
  return socket;
}

/** Names under `.localhost` are the loopback address, whatever the system's resolver says. */
function lookup(host, options, done) {
  if (!/\.localhost\.?$/i.test(host)) return require("node:dns").lookup(host, options, done);
  return options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
}

/** Whether a host at a port is one of those that may be connected to, or below one of them. */
function allows(hosts, host, port) {
  return hosts.some((one) => {
    const cut = one.lastIndexOf(":");
    const name = one.slice(0, cut).replace(/^\*\.|[[\]]/g, "");
    const known = one.slice(cut + 1);
    return (host === name || host.endsWith(`.${name}`)) && (known === "*" || known === String(port));
  });
}

/** The SDK's two agents, which connect to the hosts they are told and to no others. */
function agents(settings) {
  const verify = { rejectUnauthorized: !settings.insecure };
  if (settings.ca) verify.ca = fs.readFileSync(settings.ca);
  const tapped = (Agent, scheme) =>
    class extends Agent {
      createConnection(options, done) {
        const host = String(options.host).replace(/[[\]]/g, "").toLowerCase();
        if (!allows(settings.hosts, host, options.port)) {
          const where = `${host}:${options.port}`;
          write("F", { number: ++count, peer: `http://${where}` }, Buffer.from(where));
          throw new Error(`refused by s3compat: ${where} is not the endpoint's, nor declared`);
        }
        return tap(super.createConnection({ ...options, lookup }, done), scheme, options);
      }
    };
  return {
    httpAgent: new (tapped(http.Agent, "http"))({ keepAlive: true }),
    httpsAgent: new (tapped(https.Agent, "https"))({ keepAlive: true, ...verify }),
  };
}

module.exports = { agents, recordTo };
