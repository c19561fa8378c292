import * as fs from "node:fs";
import * as path from "node:path";
import { engineVersion } from "./cache";
import { Absent } from "./choose";
import { findOnPath } from "../findOnPath";
import { withHeartbeat } from "./heartbeat";
import type { Report } from "../report";
import { run } from "./run";

const engine = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
/** The engine says its version only if the linker was told it, and the Automation API refuses one that does not. */
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * Builds the same engine from the Go module proxy. It is a tool of a throwaway module, since `go install` refuses
 * modules with `replace` lines. No `-trimpath`: the result stays on this machine, and without it Go can reuse what
 * it has already compiled here.
 */
export async function goBuild(
  folder: string,
  scratch: string,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const go = findOnPath("go");
  if (go === undefined) {
    throw new Absent("no `go` on PATH");
  }
  report(
    `building Pulumi v${engineVersion} from source with Go: about 4 minutes on 2 cores, once per machine`,
  );
  const temporary = path.join(scratch, "tmp");
  fs.mkdirSync(temporary);
  fs.writeFileSync(path.join(scratch, "go.mod"), "module engine\n\ngo 1.25\n");
  const options = {
    cwd: scratch,
    signal,
    // A workspace around the cache must not draw this module in, and what an aborted build leaves must go with it.
    env: { ...process.env, GOWORK: "off", GOTMPDIR: temporary },
  };
  await withHeartbeat("downloading modules", report, () =>
    run(go, ["get", "-tool", `${engine}@v${engineVersion}`], options),
  );
  const link = `-X ${versionVariable}=v${engineVersion}`;
  const file = path.join(folder, "bin", "pulumi");
  await withHeartbeat("compiling", report, () =>
    run(go, ["build", "-mod=mod", "-buildvcs=false", "-ldflags", link, "-o", file, engine], options),
  );
}
