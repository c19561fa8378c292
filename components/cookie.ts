import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { cookieLength, cookieValue } from "./beam/cookieValue";
import { misuse } from "./beam/misuse";

export interface CookieArgs {
  /** An existing cookie to use instead of making one. Changing it rolls the clusters that use it. @default - a new random one */
  readonly value?: pulumi.Input<string>;
  /** Raise it to have a new cookie made; whole, at least `1`. Changing it rolls the clusters that use it. @default 1 */
  readonly generation?: number;
}

/**
 * One random Erlang cookie, shared by every cluster it is handed to, and secret wherever it goes.
 *
 * It lives in the stack's state, so it outlives builds and deploys: two releases built apart still join.
 */
export class Cookie extends pulumi.ComponentResource {
  /** The cookie. Secret. */
  readonly value: pulumi.Output<string>;

  constructor(name: string, args: CookieArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("beam:index:Cookie", name, {}, opts);
    const generation = args.generation ?? 1;
    if (!Number.isInteger(generation) || generation < 1) {
      throw misuse(
        "generation",
        generation,
        "a whole number of at least 1",
        "raise it by one to rotate the cookie",
      );
    }
    this.value =
      args.value === undefined
        ? this.newCookie(name, generation)
        : pulumi.secret(pulumi.output(args.value).apply(cookieValue));
    this.registerOutputs({ value: this.value });
  }

  private newCookie(name: string, generation: number): pulumi.Output<string> {
    const password = new random.RandomPassword(
      name,
      { length: cookieLength, special: false, keepers: { generation: String(generation) } },
      { parent: this },
    );
    return pulumi.secret(password.result);
  }
}
