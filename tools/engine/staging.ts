import * as fs from "node:fs";
import * as path from "node:path";

const prefix = ".making-";

/**
 * Makes a folder elsewhere and moves it into place in one step, so that there is never half of one. Needs the lock:
 * it also clears away what a process that was killed at this left behind.
 */
export async function stage(
  target: string,
  make: (folder: string, scratch: string) => Promise<void>,
): Promise<void> {
  const parent = path.dirname(target);
  fs.mkdirSync(parent, { recursive: true });
  for (const name of fs.readdirSync(parent)) {
    if (name.startsWith(prefix)) remove(path.join(parent, name));
  }
  // Beside the target, because a rename does not cross file systems.
  const staging = fs.mkdtempSync(path.join(parent, prefix));
  try {
    const folder = path.join(staging, "made");
    const scratch = path.join(staging, "scratch");
    fs.mkdirSync(folder);
    fs.mkdirSync(scratch);
    await make(folder, scratch);
    // What stands there did not work, or nothing would have been made.
    if (fs.existsSync(target)) fs.renameSync(target, path.join(staging, "replaced"));
    fs.renameSync(folder, target);
  } finally {
    remove(staging);
  }
}

function remove(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
