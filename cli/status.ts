import type { Stack } from "@pulumi/pulumi/automation";
import Table from "cli-table3";
import { askNodes } from "./askNodes";
import { isWhole, missing, type NodeStatus } from "./nodeStatus";

/** Prints what every node sees, and tells whether the cluster is whole. */
export async function status(stack: Stack, json: boolean): Promise<boolean> {
  const nodes = await askNodes(await stack.exportStack());
  const whole = isWhole(nodes);
  console.log(json ? JSON.stringify({ whole, nodes }, undefined, 2) : asTable(nodes, whole));
  return whole;
}

function asTable(nodes: readonly NodeStatus[], whole: boolean): string {
  if (nodes.length === 0) {
    return "no nodes: run `npm run up` for this environment first";
  }
  const table = new Table({
    head: ["node", "address", "state", "peers seen"],
    style: { head: [], border: [] },
  });
  for (const one of nodes) {
    const absent = missing(one, nodes);
    const seen = `${nodes.length - 1 - absent.length} of ${nodes.length - 1}`;
    table.push([
      one.node,
      one.address,
      one.state,
      absent.length === 0 ? seen : `${seen}, not ${absent.join(", ")}`,
    ]);
  }
  return `${table.toString()}\n${whole ? "the cluster is whole" : "the cluster is NOT whole"}`;
}
