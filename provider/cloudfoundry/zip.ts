import { deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

// The archive's format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
const localHeader = 0x04034b50;
const centralHeader = 0x02014b50;
const endOfCentral = 0x06054b50;
const utf8Names = 0x0800;
const deflated = 8;
const version = 20;
/** "Made by" Unix: only then are the modes read, without which `bin/my_app` could not be run. */
const madeByUnix = (3 << 8) | version;
/** 1 January 1980, the earliest there is: equal files make equal archives. */
const date = 0x21;

/** A zip archive with the modes of its files. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  if (entries.length > 0xffff) {
    throw new Error(
      `the release has ${entries.length} files; an archive of the platform holds at most 65535`,
    );
  }
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, executable } of entries) {
    const path = Buffer.from(name);
    const packed = deflateRawSync(content);
    const sizes = [crc32(content), packed.length, content.length, path.length];
    const [crc = 0, packedSize = 0, size = 0, pathSize = 0] = sizes;

    const local = Buffer.alloc(30);
    local.writeUInt32LE(localHeader, 0);
    [version, utf8Names, deflated, 0, date].forEach((field, i) => local.writeUInt16LE(field, 4 + 2 * i));
    [crc, packedSize, size].forEach((field, i) => local.writeUInt32LE(field, 14 + 4 * i));
    local.writeUInt16LE(pathSize, 26);

    const central = Buffer.alloc(46);
    central.writeUInt32LE(centralHeader, 0);
    [madeByUnix, version, utf8Names, deflated, 0, date].forEach((field, i) =>
      central.writeUInt16LE(field, 4 + 2 * i),
    );
    [crc, packedSize, size].forEach((field, i) => central.writeUInt32LE(field, 16 + 4 * i));
    central.writeUInt16LE(pathSize, 28);
    central.writeUInt32LE(((executable ? 0o100755 : 0o100644) << 16) >>> 0, 38);
    central.writeUInt32LE(offset, 42);

    bodies.push(local, path, packed);
    directory.push(central, path);
    offset += local.length + path.length + packed.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(endOfCentral, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, index, end]);
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return value;
});

/** `zlib.crc32` came with Node 22; we run on 20. */
function crc32(content: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of content) {
    crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
