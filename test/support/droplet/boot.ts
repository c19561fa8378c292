/**
 * Boots a droplet in a root of its own: does with its user data what cloud-init does, then with its service what
 * systemd does. `node -r tsx/cjs boot.ts USER_DATA`, as root, where nothing it writes is anybody else's.
 *
 * It knows of both no more than a droplet of ours asks for, and stops at what it does not know.
 */
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";

interface UserData {
  readonly packages: readonly string[];
  readonly write_files: readonly {
    readonly path: string;
    readonly permissions: string;
    readonly content: string;
  }[];
  readonly runcmd: readonly (readonly string[])[];
}

const [userData = ""] = process.argv.slice(2);
const done = "/var/lib/cloud-init-done";
const unit = "/etc/systemd/system/beam.service";

if (!fs.existsSync(done)) {
  cloudInit(yaml.parse(fs.readFileSync(userData, "utf8")) as UserData);
  fs.writeFileSync(done, "");
}
startService(fs.readFileSync(unit, "utf8"));

function cloudInit({ packages, write_files, runcmd }: UserData): void {
  for (const one of packages.filter((name) => name !== "ca-certificates")) {
    const program = one === "nftables" ? "nft" : one;
    execFileSync("sh", ["-c", `command -v ${program}`]);
  }
  for (const file of write_files) {
    fs.mkdirSync(path.dirname(file.path), { recursive: true });
    fs.writeFileSync(file.path, file.content, { mode: parseInt(file.permissions, 8) });
  }
  for (const [program = "", ...args] of runcmd) {
    if (program !== "systemctl") {
      execFileSync(program, args, { stdio: "inherit" });
    }
  }
}

function startService(text: string): void {
  const values = (key: string) =>
    [...text.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].map(([, value = ""]) => value);
  const [user = ""] = values("User");
  const [environment = ""] = values("EnvironmentFile");
  const [start = ""] = values("ExecStart");
  const [home = ""] = values("WorkingDirectory");
  for (const before of values("ExecStartPre")) {
    // "+" is root, whatever the service's user.
    if (!before.startsWith("+")) {
      throw new Error(`ExecStartPre=${before} is not for root`);
    }
    execFileSync(before.slice(1), { stdio: "inherit" });
  }
  execFileSync("install", ["-d", "-o", user, "-g", user, home]);
  const become = `set -a; . ${environment}; HOME=${home}; set +a; cd ${home}; exec setpriv --reuid ${user} --regid ${user} --clear-groups --no-new-privs ${start}`;
  const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" };
  const service = spawn("sh", ["-c", become], { stdio: "inherit", env });
  service.once("exit", (code) => process.exit(code ?? 1));
}
