import { misuse } from "../beam/misuse";

const host = "[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?";
const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
// https://github.com/distribution/reference/blob/main/regexp.go
const reference = new RegExp(
  `^(?:${host}/)?${component}(?:/${component})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);

/** Checks the form of an image reference. */
export function imageReference(image: string): string {
  if (!reference.test(image)) {
    throw misuse(
      "image",
      image,
      "a container image reference",
      "give one such as registry.example.com/my_app@sha256:… or my_app:1.2.3",
    );
  }
  return image;
}

/** ARN of the ECR repository an image lies in; none where it lies elsewhere. */
export function ecrRepositoryArn(image: string): string | undefined {
  const found = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?\/([^:@]+)/.exec(image);
  if (found === null) {
    return undefined;
  }
  const [, account = "", region = "", china, repository = ""] = found;
  const partition = china !== undefined ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return `arn:${partition}:ecr:${region}:${account}:repository/${repository}`;
}
