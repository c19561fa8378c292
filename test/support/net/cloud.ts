import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "./hosts";

/** What the cloud around the hosts answers. */
export interface CloudAnswers {
  readonly names: Readonly<Record<string, Zone>>;
  /** By the client's address, then by path; `file:PATH` answers with a file. */
  readonly metadata: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Zone {
  readonly addresses: readonly string[];
  /** The most records of one answer, chosen at random each time. @default - all */
  readonly most?: number;
  /** @default 0 */
  readonly ttl?: number;
}

export interface Cloud {
  /** Replaces everything the cloud answers, in one step. */
  answer(answers: Partial<CloudAnswers>): void;
}

const server = path.join(__dirname, "cloudServer.ts");
const root = path.join(__dirname, "..", "..", "..");

/** Starts the name server and the metadata services on the host that plays the cloud. */
export async function startCloud(host: Host, metadataAddresses: readonly string[] = []): Promise<Cloud> {
  const file = path.join(host.directory, "answers.json");
  const cloud: Cloud = {
    answer: ({ names = {}, metadata = {} }) => {
      fs.writeFileSync(`${file}.new`, JSON.stringify({ names, metadata }));
      fs.renameSync(`${file}.new`, file);
    },
  };
  cloud.answer({});
  const tsx = require.resolve("tsx/cjs", { paths: [root] });
  host.start([process.execPath, "-r", tsx, server, file, ...metadataAddresses], process.env);
  for (let tries = 0; tries < 100; tries++) {
    const { stdout } = await host.run(["ss", "-Hlnut"]);
    if (/:53\s/.test(stdout) && metadataAddresses.every((address) => stdout.includes(`${address}:80 `))) {
      return cloud;
    }
    await sleep(100);
  }
  throw new Error(
    `the cloud's servers did not start within 10 s:\n${fs.readFileSync(path.join(host.directory, "log"), "utf8")}`,
  );
}
