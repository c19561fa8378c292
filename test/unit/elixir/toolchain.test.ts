import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  advice,
  debianPackages,
  ensureElixir,
  parseMissing,
  whichAreMissing,
} from "../../../tools/elixir/toolchain";

const nothing = { programs: [], applications: [] };

describe("elixir toolchain", () => {
  describe("what is missing", () => {
    it("asks Erlang for every application in one expression", () => {
      assert.equal(
        whichAreMissing(["crypto", "runtime_tools"]),
        `[io:format("missing ~s~n", [A]) || A <- [crypto,runtime_tools], ` +
          `code:where_is_file(atom_to_list(A) ++ ".app") =:= non_existing], halt().`,
      );
    });

    it("reads the answer, whatever else was written", () => {
      assert.deepEqual(parseMissing(""), []);
      assert.deepEqual(parseMissing("warning: missing locale\nmissing crypto\r\nmissing runtime_tools\n"), [
        "crypto",
        "runtime_tools",
      ]);
    });
  });

  describe("packages", () => {
    it("are Debian's elixir, which brings Erlang, and one for each application", () => {
      assert.deepEqual(debianPackages({ ...nothing, programs: ["mix", "erl"] }), ["elixir"]);
      assert.deepEqual(debianPackages({ ...nothing, applications: ["crypto", "runtime_tools"] }), [
        "erlang-crypto",
        "erlang-runtime-tools",
      ]);
      assert.deepEqual(debianPackages({ programs: ["mix"], applications: ["crypto"] }), [
        "elixir",
        "erlang-crypto",
      ]);
    });
  });

  describe("advice", () => {
    it("says what is missing and what to install on each system", () => {
      assert.equal(
        advice({ programs: ["mix"], applications: ["runtime_tools"] }),
        [
          "a BEAM release needs Elixir 1.14 or later and Erlang/OTP 25 or later; " +
            "this machine lacks mix (not on the PATH), the OTP application runtime_tools",
          "  Debian, Ubuntu:  apt-get install elixir erlang-runtime-tools   (as root)",
          "  Alpine:          apk add elixir erlang-runtime-tools",
          "  macOS:           brew install elixir",
        ].join("\n"),
      );
    });
  });

  describe("ensureElixir", () => {
    let bin: string;
    let reported: string[];
    const report = (line: string) => void reported.push(line);
    const machine = (isRoot: boolean) => ({ env: { PATH: bin, BIN: bin }, isRoot });

    beforeEach(async () => {
      bin = await mkdtemp(path.join(tmpdir(), "elixir-toolchain-"));
      reported = [];
    });
    afterEach(() => rm(bin, { recursive: true }));

    async function program(name: string, script: string): Promise<void> {
      await writeFile(path.join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(path.join(bin, name), 0o755);
    }
    const install = (name: string) => `printf '#!/bin/sh\\n' > "$BIN/${name}"; /bin/chmod 755 "$BIN/${name}"`;
    /** An apt-get that writes down what it is asked, and at `install` does as told. */
    const aptGet = (onInstall: string) =>
      program(
        "apt-get",
        `echo "$DEBIAN_FRONTEND $*" >> "$BIN/log"\ncase "$*" in *" install "*) ${onInstall};; esac`,
      );
    const asked = async () => (await readFile(path.join(bin, "log"), "utf8")).trim().split("\n");

    it("is content, and quiet, where all is there", async () => {
      await program("mix", "exit 1");
      await program("erl", "");
      await aptGet("exit 1");

      await ensureElixir(report, machine(true));

      assert.deepEqual(reported, []);
    });

    it("installs what is missing with apt-get, and says so in one line", async () => {
      await aptGet(`${install("mix")}; ${install("erl")}`);

      await ensureElixir(report, machine(true));

      assert.deepEqual(await asked(), [
        "noninteractive -o DPkg::Lock::Timeout=300 update",
        "noninteractive -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends elixir",
      ]);
      assert.deepEqual(reported, ["Installing elixir with apt-get (Elixir and Erlang/OTP; a minute or so)"]);
    });

    it("installs a missing OTP application alone", async () => {
      await program("mix", "");
      await program("erl", "echo missing crypto");
      await aptGet(install("erl"));

      await ensureElixir(report, machine(true));

      assert.equal(
        (await asked())[1]?.endsWith(" install --yes --no-install-recommends erlang-crypto"),
        true,
      );
    });

    it("installs nothing for those who are not root", async () => {
      await aptGet("");

      await assert.rejects(
        ensureElixir(report, machine(false)),
        /lacks mix \(not on the PATH\), erl \(not on the PATH\)/,
      );
      await assert.rejects(asked(), { code: "ENOENT" });
    });

    it("says what to do where there is no apt-get", async () => {
      await program("mix", "");

      await assert.rejects(
        ensureElixir(report, machine(true)),
        /lacks erl \(not on the PATH\)\n.*install elixir/,
      );
    });

    it("repeats what apt-get said when it failed, the update's word included", async () => {
      await program("apt-get", `echo "E: cannot $3"; exit 100`);

      await assert.rejects(
        ensureElixir(report, machine(true)),
        /install --yes .* failed \(exit 100\):\nE: cannot install\nbefore that:\n.* update failed .*:\nE: cannot update$/,
      );
    });

    it("does not take apt-get's word for it", async () => {
      await aptGet(install("mix"));

      await assert.rejects(ensureElixir(report, machine(true)), /this machine lacks erl/);
    });
  });
});
