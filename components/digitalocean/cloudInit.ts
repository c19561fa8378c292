import { misuse } from "../beam/misuse";
import type { AddressPlan } from "./addressing";
import { envFile } from "./envFile";
import { closeMetadata, metadataRules, prepareScript } from "./metadata";
import {
  dockerConfig,
  downloadFile,
  environmentFile,
  homeDirectory,
  packages,
  scripts,
  serviceUser,
  type KnownWorkload,
} from "./scripts";
import { scriptFolder, serviceUnit } from "./unit";

/** Everything a droplet is told; all of it known, and much of it secret. */
export interface CloudInitSpec {
  readonly workload: KnownWorkload;
  readonly plan: AddressPlan;
  /** Environment of the release, cookie and secrets among it. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the tarball is downloaded. */
  readonly url?: string;
  readonly registry?: { readonly server: string; readonly username: string; readonly password: string };
}

interface File {
  readonly path: string;
  readonly permissions: "0600" | "0644" | "0700" | "0755";
  readonly content: string;
}

/** The most user data a droplet takes: https://docs.digitalocean.com/products/droplets/how-to/provide-user-data/ */
const mostBytes = 64 * 1024;

/** User data that makes a droplet a node. JSON is YAML too, and leaves no quoting to get wrong. */
export function cloudInit(spec: CloudInitSpec): string {
  const user = [
    "useradd",
    "--system",
    "--user-group",
    "--home-dir",
    homeDirectory,
    "--shell",
    "/usr/sbin/nologin",
    serviceUser,
  ];
  const config = {
    package_update: true,
    packages: packages(spec.workload),
    write_files: files(spec),
    runcmd: [
      ...(spec.workload.kind === "tarball" ? [user] : []),
      ["systemctl", "daemon-reload"],
      // Not waited for: cloud-init would hold up the rest of the boot.
      ["systemctl", "enable", "--now", "--no-block", "beam.service"],
    ],
  };
  const text = `#cloud-config\n${JSON.stringify(config, undefined, 1)}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes > mostBytes) {
    throw misuse(
      "env",
      `${bytes} bytes of user data`,
      `at most ${mostBytes} bytes in all`,
      "keep large values elsewhere and fetch them",
    );
  }
  return text;
}

function files({ workload, plan, env, url, registry }: CloudInitSpec): readonly File[] {
  const { fetch, run, console } = scripts(workload, Object.keys(env));
  return [
    { path: environmentFile, permissions: "0600", content: envFile(env) },
    { path: metadataRules, permissions: "0644", content: closeMetadata },
    { path: `${scriptFolder}/prepare`, permissions: "0755", content: prepareScript(plan) },
    { path: `${scriptFolder}/fetch`, permissions: "0755", content: fetch },
    { path: `${scriptFolder}/run`, permissions: "0755", content: run },
    { path: "/usr/local/sbin/beam", permissions: "0700", content: console },
    { path: "/etc/systemd/system/beam.service", permissions: "0644", content: serviceUnit(workload.kind) },
    ...(url === undefined
      ? []
      : [{ path: downloadFile, permissions: "0600", content: download(url) } as const]),
    ...(registry === undefined
      ? []
      : [{ path: `${dockerConfig}/config.json`, permissions: "0600", content: login(registry) } as const]),
  ];
}

/** curl reads the address from a file, because it may be signed, and a command line is everybody's to read. */
function download(url: string): string {
  if (!/^https?:\/\/[!#-[\]-~]+$/.test(url)) {
    throw misuse(
      "tarball.url",
      "something else",
      "an address that begins with https://",
      "give the address of the tarball",
    );
  }
  return `url = "${url}"\nfail\nlocation\nsilent\nshow-error\nretry = 5\n`;
}

function login({
  server,
  username,
  password,
}: {
  server: string;
  username: string;
  password: string;
}): string {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  return `${JSON.stringify({ auths: { [server]: { auth } } })}\n`;
}
