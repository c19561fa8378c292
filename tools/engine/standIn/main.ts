import * as provider from "@pulumi/pulumi/provider";
import { RandomProvider } from "./provider";

// The engine passes its own address; `main` prints the port it serves on, and nothing else may go to stdout.
void provider.main(new RandomProvider(), process.argv.slice(2));
