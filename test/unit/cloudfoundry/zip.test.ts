import assert from "node:assert/strict";
import { inflateRawSync } from "node:zlib";
import { zip } from "../../../provider/cloudfoundry/zip";

describe("cloudfoundry archive", () => {
  it("holds every file with its name, its content, its mode and its checksum", () => {
    const content = Buffer.from("#!/bin/sh\necho hello\n".repeat(100));
    const archive = zip([
      { name: "bin/my_app", content, executable: true },
      { name: "releases/ünï.data", content: Buffer.alloc(0), executable: false },
    ]);
    assert.deepEqual(entries(archive), [
      { name: "bin/my_app", mode: 0o100755, content: content.toString() },
      { name: "releases/ünï.data", mode: 0o100644, content: "" },
    ]);
  });

  it("sums as everybody does", () => {
    const archive = zip([{ name: "a", content: Buffer.from("abc"), executable: false }]);
    assert.equal(archive.readUInt32LE(14), 0x352441c2);
  });

  it("is the same for the same files", () => {
    const files = [{ name: "a", content: Buffer.from("abc"), executable: false }];
    assert.deepEqual(zip(files), zip(files));
  });
});

/** Reads an archive the way unzip does: from the directory at its end. */
function entries(archive: Buffer) {
  const end = archive.lastIndexOf("PK\u0005\u0006", undefined, "latin1");
  const found = [];
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count--) {
    const [packed, nameSize] = [archive.readUInt32LE(at + 20), archive.readUInt16LE(at + 28)];
    const name = archive.subarray(at + 46, at + 46 + nameSize).toString();
    const local = archive.readUInt32LE(at + 42);
    const body = local + 30 + archive.readUInt16LE(local + 26);
    const content = inflateRawSync(archive.subarray(body, body + packed)).toString();
    found.push({ name, mode: archive.readUInt32LE(at + 38) >>> 16, content });
    at += 46 + nameSize;
  }
  return found;
}
