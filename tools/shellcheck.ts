import { aptInstall } from "./apt";
import { findOnPath } from "./findOnPath";
import type { Report } from "./report";

/** Makes sure that the linter is there for the shell scripts that the components render. */
export async function ensureShellcheck(report: Report): Promise<void> {
  const missing = () => findOnPath("shellcheck", process.env) === undefined;
  if (missing() && process.getuid?.() === 0 && findOnPath("apt-get", process.env) !== undefined) {
    await aptInstall(["shellcheck"], "the linter of the scripts we render", report);
  }
  if (missing()) {
    throw new Error(
      "the unit tests lint the shell scripts that the components render, and shellcheck is missing: " +
        "install it (Debian, Ubuntu, Alpine: package shellcheck; macOS: brew install shellcheck)",
    );
  }
}
