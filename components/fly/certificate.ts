import * as pulumi from "@pulumi/pulumi";

export interface CertificateArgs {
  /** The app that serves the host name. Changing it replaces the certificate. */
  readonly app: pulumi.Input<string>;
  /** Host name, such as `www.example.com`. Changing it replaces the certificate. */
  readonly hostname: pulumi.Input<string>;
}

/** A certificate that Fly's proxy gets and renews once the domain points to the app. Import with `APP/HOSTNAME`. */
export class Certificate extends pulumi.CustomResource {
  declare readonly hostname: pulumi.Output<string>;
  declare readonly status: pulumi.Output<string>;
  /** The DNS records to make, as JSON. */
  declare readonly dnsRequirements: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.CustomResourceOptions) {
    super("beam:fly:Certificate", name, { ...args, status: undefined, dnsRequirements: undefined }, opts);
  }
}
