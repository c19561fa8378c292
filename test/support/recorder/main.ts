import { createRequire } from "node:module";
import * as provider from "@pulumi/pulumi/provider";
import type { Cloud } from "./cloud";
import { RecorderProvider } from "./provider";
import { Store } from "./store";

const {
  RECORDER_FOLDER: folder = "",
  RECORDER_TABLE: table = "",
  RECORDER_VERSION: version = "",
} = process.env;
const { cloud } = createRequire(__filename)(table) as { cloud: Cloud };

// The engine passes its own address; `main` prints the port it serves on, and nothing else may go to stdout.
void provider.main(new RecorderProvider(version, cloud, new Store(folder)), process.argv.slice(2));
