/** An answer of the API: `unknown` goes in, values of a checked kind come out, or an error that names the place. */
export class Fields {
  constructor(
    private readonly value: unknown,
    private readonly where: string,
  ) {}

  text(...path: readonly string[]): string {
    return this.expect("a text", this.optionalText(...path), path);
  }

  optionalText(...path: readonly string[]): string | undefined {
    const found = this.at(path);
    return typeof found === "string" ? found : undefined;
  }

  number(...path: readonly string[]): number {
    return this.expect("a number", this.optionalNumber(...path), path);
  }

  optionalNumber(...path: readonly string[]): number | undefined {
    const found = this.at(path);
    return typeof found === "number" ? found : undefined;
  }

  flag(...path: readonly string[]): boolean {
    return this.at(path) === true;
  }

  list(...path: readonly string[]): readonly Fields[] {
    const found = this.at(path);
    const list: readonly unknown[] | undefined = Array.isArray(found) ? found : undefined;
    return this.expect("a list", list, path).map((one) => new Fields(one, this.where));
  }

  /** The texts of an object, such as an app's environment; numbers and booleans in it as text. */
  texts(...path: readonly string[]): Record<string, string> {
    const found = this.at(path);
    const entries = typeof found === "object" && found !== null ? Object.entries(found) : undefined;
    return Object.fromEntries(
      this.expect("an object", entries, path)
        .filter(([, value]) => value !== null)
        .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    );
  }

  has(...path: readonly string[]): boolean {
    const found = this.at(path);
    return found !== undefined && found !== null;
  }

  private at(path: readonly string[]): unknown {
    return path.reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      this.value,
    );
  }

  private expect<Value>(kind: string, value: Value | undefined, path: readonly string[]): Value {
    if (value === undefined) {
      throw new Error(`${this.where} answered without ${kind} at ${path.join(".") || "its top"}`);
    }
    return value;
  }
}
