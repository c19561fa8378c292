import { misuse } from "../../components/beam/misuse";
import type { Context } from "../lifecycle";
import { CloudFoundryApi } from "./api";
import { credentials } from "./auth";

/** Names of the settings: of the environment, and of the provider's configuration. */
const settings: Readonly<Record<string, string>> = {
  CF_API_URL: "cfApiUrl",
  CF_CLIENT_ID: "cfClientId",
  CF_CLIENT_SECRET: "cfClientSecret",
  CF_USER: "cfUser",
  CF_PASSWORD: "cfPassword",
  CF_ACCESS_TOKEN: "cfAccessToken",
};

const connections = new WeakMap<object, CloudFoundryApi>();

/** The Cloud Foundry that the provider is configured for; one for all resources, so that they share its token. */
export function connection({ configuration }: Pick<Context, "configuration">): CloudFoundryApi {
  const known = connections.get(configuration);
  if (known !== undefined) {
    return known;
  }
  const setting = (name: string): string | undefined => {
    const configured = configuration[settings[name] ?? ""];
    const value = typeof configured === "string" ? configured : process.env[name];
    return value === "" ? undefined : value;
  };
  const baseUrl = setting("CF_API_URL");
  if (baseUrl === undefined || !/^https?:\/\/[^/]/.test(baseUrl)) {
    throw misuse(
      "CF_API_URL",
      baseUrl,
      "the address of a Cloud Foundry API, such as https://api.example.org",
      "export it, or set it with `pulumi config set beam:cfApiUrl`; `cf api` prints it",
    );
  }
  const api = new CloudFoundryApi({ baseUrl, credentials: credentials(setting) });
  connections.set(configuration, api);
  return api;
}
