import { defaultStartTimeoutSeconds } from "./appInputs";
import { needsSchema } from "./needs";

const text = { type: "string" };
const count = { type: "integer" };
const texts = { type: "object", additionalProperties: text };

const inputProperties = {
  org: text,
  space: text,
  name: text,
  image: text,
  registryUser: text,
  registryPassword: { ...text, secret: true },
  directory: text,
  release: text,
  contentHash: text,
  buildpack: text,
  command: text,
  env: texts,
  secrets: { ...texts, secret: true },
  services: { type: "array", items: texts },
  instances: count,
  memoryMiB: count,
  diskMiB: count,
  healthCheck: texts,
  startTimeoutSeconds: { ...count, default: defaultStartTimeoutSeconds },
  needs: needsSchema,
};

const requiredInputs = [
  ...["org", "space", "name", "command", "env", "secrets", "services"],
  ...["instances", "memoryMiB", "diskMiB", "healthCheck"],
];

/** The app's part of the package schema. */
export const appSchema = {
  description:
    "An app on Cloud Foundry: what it runs, its environment, and the instances of its web process.",
  inputProperties,
  requiredInputs,
  properties: { ...inputProperties, guid: text, droplet: text, started: { type: "boolean" } },
  required: [...requiredInputs, "guid", "droplet", "started"],
};
