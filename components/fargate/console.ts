import { shellQuote } from "../beam/shell";
import { releaseCommand } from "./containerDefinition";

/** Where ECS Exec finds a node. */
export interface ExecTarget {
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly container: string;
  readonly releasePath: string;
}

/**
 * The complete command for a console on the first running node. ECS Exec splits what it is given into words as a
 * shell does, and passes the container's environment on, so the boot script is there too.
 */
export function remoteConsole(target: ExecTarget): string {
  const aws = (verb: string) =>
    `aws ecs ${verb} --region ${target.region} --cluster ${shellQuote(target.cluster)}`;
  const first =
    `${aws("list-tasks")} --service-name ${shellQuote(target.service)}` +
    " --desired-status RUNNING --query 'taskArns[0]' --output text";
  const remote = releaseCommand(target.releasePath, target.container, "remote").map(shellQuote).join(" ");
  return (
    `${aws("execute-command")} --task "$(${first})"` +
    ` --container ${target.container} --interactive --command ${shellQuote(remote)}`
  );
}
