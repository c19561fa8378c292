const text = { type: "string" };
const number = { type: "integer" };
const anything = { $ref: "pulumi.json#/Any" };
const bag = { type: "object", additionalProperties: anything };

const inputProperties = {
  app: text,
  owner: text,
  slots: { type: "array", items: bag },
  config: bag,
  cohort: text,
  secretsVersion: number,
  generation: text,
  volume: bag,
  maxUnavailable: { ...number, default: 1 },
  peersCommand: { type: "array", items: text },
  startTimeoutSeconds: { ...number, default: 300 },
};

export const machinesSchema = {
  description: "The machines of one cluster on Fly, as one resource that changes them in turn.",
  inputProperties,
  requiredInputs: ["app", "owner", "slots", "config", "cohort"],
  properties: { ...inputProperties, machines: { type: "array", items: bag } },
  required: ["app", "owner", "slots", "config", "cohort", "machines"],
};
