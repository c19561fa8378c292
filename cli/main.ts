import { Command } from "commander";
import type { OperationOptions } from "./operation";
import { remoteConsole } from "./console";
import { bench } from "./bench";
import { emulator, type EmulatorOptions } from "./emulator";
import { operation } from "./operation";
import { shownOutput } from "./output";
import { setup, type Purpose } from "./setup";
import { status } from "./status";
import { openStack } from "./workspace";

const report = (line: string) => process.stderr.write(`${line}\n`);

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("npm run")
    .description("Runs the program in stacks/ for an environment")
    .showHelpAfterError();
  const environmentArgument = ["<environment>", "name of a Pulumi.NAME.yaml"] as const;

  for (const [verb, description] of Object.entries({
    up: "make the environment what its configuration says",
    preview: "show what `up` would change",
    refresh: "compare the state with what is really there",
    destroy: "remove everything the environment has",
  })) {
    program
      .command(verb)
      .description(description)
      .argument(...environmentArgument)
      .option("--diff", "show each changed property")
      .action(async (name: string, options: OperationOptions) => {
        if (verb === "up" || verb === "preview") {
          await setup("program", report);
        }
        process.exitCode = await operation(verb, await openStack(name, report), options);
      });
  }
  program
    .command("output")
    .description("print the outputs, or one of them")
    .argument(...environmentArgument)
    .argument("[name]", "one output, printed bare")
    .option("--show-secrets", "print secrets in the clear")
    .action(async (name: string, output: string | undefined, options: { showSecrets?: boolean }) => {
      const stack = await openStack(name, report);
      console.log(shownOutput(await stack.outputs(), output, options.showSecrets ?? false));
    });
  program
    .command("status")
    .description("ask every node for its peers; exit status 1 where the cluster is not whole")
    .argument(...environmentArgument)
    .option("--json", "print JSON")
    .action(async (name: string, options: { json?: boolean }) => {
      process.exitCode = (await status(await openStack(name, report), options.json ?? false)) ? 0 : 1;
    });
  program
    .command("console")
    .description("open a remote console on a node")
    .argument(...environmentArgument)
    .action(async (name: string) => {
      process.exitCode = await remoteConsole(await openStack(name, report));
    });
  program
    .command("bench")
    .description("measure a target; exit status 1 where it is slower than it is meant to be")
    .argument("<target>", "such as fly")
    .action(async (target: string) => {
      process.exitCode = (await bench(target, report)) ? 0 : 1;
    });
  program
    .command("emulator")
    .description("run a cloud's interface on this machine, to try a target without an account")
    .argument("<target>", "such as fly")
    .option("--port <port>", "port of 127.0.0.1 to listen on", "0")
    .option("--speed <factor>", "how much faster than the real one its clock runs", "1")
    .action(async (target: string, options: EmulatorOptions) => emulator(target, options, report));
  program
    .command("setup", { hidden: true })
    .description("install what is needed to check or to test")
    .argument("[purpose]")
    .action(async (purpose: Purpose = "test") => setup(purpose, report));
  await program.parseAsync(argv);
}

main(process.argv).catch((error: unknown) => {
  report(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
