import { misuse } from "../beam/misuse";

/**
 * An environment in the one notation that systemd's EnvironmentFile and a POSIX shell read alike: double quotes,
 * with a backslash before what a shell would take for its own.
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=
 */
export function envFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}="${literal(name, value).replace(/[\\"$`]/g, "\\$&")}"\n`)
    .join("");
}

/** systemd drops a variable that holds another control character than newline or tab. The message shows no value. */
function literal(name: string, value: string): string {
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(value)) {
    throw misuse(
      "env",
      name,
      "variables without control characters",
      "encode the value, for example as base64",
    );
  }
  return value;
}
