import * as pulumi from "@pulumi/pulumi";

/**
 * `shared_v4`: a public IPv4 address shared with other apps, free. `v4`, `v6`: public addresses of the app's own.
 * `private_v6`: an address within a private network, served by Fly's proxy (Flycast).
 */
export const AddressKind = { SharedV4: "shared_v4", V4: "v4", V6: "v6", PrivateV6: "private_v6" } as const;
export type AddressKind = (typeof AddressKind)[keyof typeof AddressKind];

export interface IpAddressArgs {
  /** The app that is reached under it. Changing it replaces the address. */
  readonly app: pulumi.Input<string>;
  /** Which kind of address. Changing it replaces the address. */
  readonly kind: pulumi.Input<AddressKind>;
  /** Network in which a private address is reached. Changing it replaces the address. @default - the organisation's, not the app's own */
  readonly network?: pulumi.Input<string>;
}

/** An address of an app. */
export class IpAddress extends pulumi.CustomResource {
  declare readonly address: pulumi.Output<string>;

  constructor(name: string, args: IpAddressArgs, opts?: pulumi.CustomResourceOptions) {
    super("beam:fly:IpAddress", name, { ...args, address: undefined }, opts);
  }
}
