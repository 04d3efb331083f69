// The sources as one file: as they are where there is one, else a ZIP archive without compression.
import type { Files } from "../engine/protocol.ts";

export function packed(files: Files): { name: string; data: Blob } {
  const entries = Object.entries(files);
  const [only] = entries;
  if (only !== undefined && entries.length === 1) {
    return { name: only[0].split("/").at(-1) ?? "policy.yaml", data: new Blob([only[1]], { type: "text/plain" }) };
  }
  return { name: "policy.zip", data: zip(entries) };
}

function zip(entries: readonly (readonly [string, string])[]): Blob {
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const [name, text] of entries) {
    const path = encoder.encode(name);
    const data = encoder.encode(text);
    // Version 2.0, names in UTF-8, stored; 1 January 1980, so that the same sources make the same bytes.
    const common = [u16(20), u16(0x0800), u16(0), u16(0), u16(0x21), u32(crc32(data)), u32(data.length), u32(data.length)];
    const local = [u32(0x04034b50), ...common, u16(path.length), u16(0), path, data];
    directory.push(u32(0x02014b50), u16(20), ...common, u16(path.length), u16(0), u16(0), u16(0), u16(0), u32(0));
    directory.push(u32(offset), path);
    parts.push(...local);
    offset += length(local);
  }
  const count = u16(entries.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(length(directory)), u32(offset), u16(0)];
  return new Blob([...parts, ...directory, ...end], { type: "application/zip" });
}

function length(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function u16(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 255, (value >> 8) & 255);
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255);
}

function crc32(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
    }
  }
  return ~crc;
}
