import { joined } from "./digitalocean/joined";
import { cloudFoundry } from "./cloudfoundry";
import { app } from "./fly/app";
import { certificate } from "./fly/certificate";
import { ipAddress } from "./fly/ipAddress";
import { machines } from "./fly/machines";
import { networkPolicy } from "./fly/networkPolicy";
import { secrets } from "./fly/secrets";
import { epmd } from "./local/epmd";
import { node } from "./local/node";
import type { Lifecycle } from "./lifecycle";
import { Router } from "./router";
import { serve } from "./server";
import { version } from "../package.json";

// The engine passes its own address last, after flags of its own.
const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-"));

/** Every type this process knows. A new target adds its lines here. */
const lifecycles: readonly Lifecycle[] = [
  epmd,
  node,
  joined,
  app,
  secrets,
  machines,
  ipAddress,
  certificate,
  networkPolicy,
  ...cloudFoundry,
];

void serve(new Router("beam", lifecycles), version, engineAddress);
