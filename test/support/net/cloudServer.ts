/**
 * The cloud's name server and metadata service, run in a namespace of their own:
 * `node -r tsx/cjs cloudServer.ts FILE ADDRESS…`. What they answer stands in FILE, which is read for each question, so a
 * test changes the world by writing it. The name server is dns-packet's codec around two sockets.
 */
import * as dgram from "node:dgram";
import * as fs from "node:fs";
import * as http from "node:http";
import * as net from "node:net";
import * as dns from "dns-packet";
import type { CloudAnswers } from "./cloud";

const [file = "", ...addresses] = process.argv.slice(2);

function answers(): CloudAnswers {
  return JSON.parse(fs.readFileSync(file, "utf8")) as CloudAnswers;
}

function reply(query: dns.Packet): dns.Packet {
  const [question] = query.questions ?? [];
  const asked = (query.flags ?? 0) & dns.RECURSION_DESIRED;
  const flags = dns.AUTHORITATIVE_ANSWER | dns.RECURSION_AVAILABLE | asked;
  const header = { type: "response" as const, id: query.id, questions: query.questions };
  const zone = question === undefined ? undefined : answers().names[question.name.toLowerCase()];
  if (question === undefined || zone === undefined) {
    return { ...header, flags: flags | 3 };
  }
  const { type } = question;
  const known = zone.addresses.filter((address) =>
    type === "AAAA" ? net.isIPv6(address) : type === "A" && net.isIPv4(address),
  );
  const chosen = shuffled(known).slice(0, zone.most ?? known.length);
  return {
    ...header,
    flags,
    answers: chosen.map((data) => ({
      type: type as "A" | "AAAA",
      name: question.name,
      ttl: zone.ttl ?? 0,
      data,
    })),
  };
}

function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

const udp = dgram.createSocket({ type: "udp6", ipv6Only: false });
udp.on("message", (message, from) => {
  const whole = reply(dns.decode(message));
  const encoded = dns.encode(whole);
  // What does not fit is asked again over TCP.
  const fits = encoded.length <= 512;
  udp.send(
    fits
      ? encoded
      : dns.encode({ ...whole, answers: [], flags: (whole.flags ?? 0) | dns.TRUNCATED_RESPONSE }),
    from.port,
    from.address,
  );
});
udp.bind(53, "::");

net
  .createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        socket.end(dns.streamEncode(reply(dns.streamDecode(received))));
      }
    });
    socket.on("error", () => socket.destroy());
  })
  .listen(53, "::");

/** Metadata: each client sees what concerns its own address, at whatever address it asks. */
for (const address of addresses) {
  http
    .createServer((request, response) => {
      const client = (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");
      const body = answers().metadata[client]?.[request.url ?? ""];
      const content = /^file:(.*)$/.exec(body ?? "")?.[1];
      response
        .writeHead(body === undefined ? 404 : 200, { "content-type": "text/plain" })
        .end(content === undefined ? (body ?? "not found\n") : fs.readFileSync(content));
    })
    .listen(80, address);
}
