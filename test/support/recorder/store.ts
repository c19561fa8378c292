import * as fs from "node:fs";
import * as path from "node:path";
import type { Call, Fault, Held } from "./cloud";

/** The folder in which a recorded cloud lives. Each change is one synchronous step, so several processes may share it. */
export class Store {
  constructor(private readonly folder: string) {}

  held(): readonly Held[] {
    return this.read<Held[]>("held.json", []);
  }

  put(one: Held): void {
    const others = this.held().filter(({ id, type }) => id !== one.id || type !== one.type);
    this.write("held.json", [...others, one]);
  }

  remove(type: string, id: string): void {
    this.write(
      "held.json",
      this.held().filter((one) => one.id !== id || one.type !== type),
    );
  }

  /** Numbers that are given once. */
  next(): number {
    const number = this.read("number.json", 0) + 1;
    this.write("number.json", number);
    return number;
  }

  faults(): readonly Fault[] {
    return this.read<Fault[]>("faults.json", []);
  }

  setFaults(faults: readonly Fault[]): void {
    this.write("faults.json", faults);
  }

  append(call: Call): void {
    fs.appendFileSync(path.join(this.folder, "journal.jsonl"), `${JSON.stringify(call)}\n`);
  }

  /** Every call so far, in the order in which they ended. */
  journal(): readonly Call[] {
    const file = path.join(this.folder, "journal.jsonl");
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Call);
  }

  private read<Content>(name: string, otherwise: Content): Content {
    const file = path.join(this.folder, name);
    return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as Content) : otherwise;
  }

  private write(name: string, content: unknown): void {
    fs.writeFileSync(path.join(this.folder, name), JSON.stringify(content, undefined, 2));
  }
}
