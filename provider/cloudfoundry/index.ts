import type { Lifecycle } from "../lifecycle";
import { app } from "./app";
import { networkPolicy } from "./networkPolicy";
import { route } from "./route";
import { userProvidedService } from "./userProvidedService";

/** What we manage on Cloud Foundry. */
export const cloudFoundry: readonly Lifecycle[] = [app, networkPolicy, route, userProvidedService];
