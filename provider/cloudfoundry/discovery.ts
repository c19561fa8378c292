import { misuse } from "../../components/beam/misuse";
import { Fields } from "./fields";

/** Where the parts of one Cloud Foundry are. */
export interface Endpoints {
  readonly v3: string;
  readonly uaa: string;
  /** The policy server's external API. */
  readonly networking: string;
}

/** Reads the API's root, which names its parts: https://v3-apidocs.cloudfoundry.org/#global-api-root */
export async function discover(baseUrl: string, fetch: typeof globalThis.fetch): Promise<Endpoints> {
  const root = await read(baseUrl, fetch);
  const link = (name: string) => root.optionalText("links", name, "href");
  const [v3, uaa, networking] = [link("cloud_controller_v3"), link("uaa"), link("network_policy_v1")];
  if (v3 === undefined || uaa === undefined) {
    throw misuse(
      "CF_API_URL",
      baseUrl,
      "the address of a Cloud Foundry API, whose root links to cloud_controller_v3 and uaa",
      "something else answers there; `cf api` prints the right one",
    );
  }
  if (networking === undefined) {
    throw misuse(
      "CF_API_URL",
      baseUrl,
      "a Cloud Foundry with container-to-container networking, whose root links to network_policy_v1",
      "ask its operator for the policy server; without it instances cannot reach each other",
    );
  }
  return { v3, uaa, networking };
}

async function read(baseUrl: string, fetch: typeof globalThis.fetch): Promise<Fields> {
  try {
    const answer = await fetch(new URL("/", baseUrl), {
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(15_000),
    });
    return new Fields(await answer.json().catch(() => undefined), `GET ${baseUrl}`);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw misuse(
      "CF_API_URL",
      baseUrl,
      "the address of a Cloud Foundry API that this machine can reach",
      `correct it, or mend the way there (${cause instanceof Error ? cause.message : String(cause)})`,
    );
  }
}
