import { aptInstall } from "../apt";
import { findOnPath } from "../findOnPath";
import type { Report } from "../report";
import { run } from "../run";

/** What the cluster ring runs, and the Debian package it comes in. */
const programs = {
  ip: "iproute2",
  nft: "nftables",
  nmap: "nmap",
  script: "bsdutils",
  curl: "curl",
  unshare: "util-linux",
  setpriv: "util-linux",
} as const;

/**
 * Makes sure that this machine can be split into hosts: root, network namespaces, nftables, and a port scanner
 * that nobody here wrote. The ring never skips: where something is missing and cannot be installed, it fails.
 */
export async function ensureClusterTools(report: Report): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  if (process.platform !== "linux" || !isRoot) {
    throw new Error(
      `the cluster ring makes network namespaces; it needs root on Linux, and this is ${isRoot ? "" : "not root on "}${process.platform}: ` +
        "run it as root on a Linux machine or in a privileged container",
    );
  }
  const missing = absent();
  if (missing.length > 0 && findOnPath("apt-get", process.env) !== undefined) {
    await aptInstall(
      [...new Set(missing.map((name) => programs[name]))],
      "tools of the cluster ring",
      report,
    );
  }
  const still = absent();
  if (still.length > 0) {
    throw new Error(
      `the cluster ring lacks ${still.join(", ")}: install ${still.map((name) => programs[name]).join(", ")}`,
    );
  }
  const probe = `beam-probe-${process.pid}`;
  await run("ip", ["netns", "add", probe]).catch((error: unknown) => {
    throw new Error(`the cluster ring cannot make network namespaces here: ${String(error)}`);
  });
  await run("ip", ["netns", "del", probe]);
}

function absent(): readonly (keyof typeof programs)[] {
  const names = Object.keys(programs) as (keyof typeof programs)[];
  return names.filter((name) => findOnPath(name, process.env) === undefined);
}
