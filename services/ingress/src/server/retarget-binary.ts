/**
 * The uWebSockets.js binaries for Linux ask for GLIBC_2.38, only for three functions that exist under
 * an older name since ever: `__isoc23_strtol` and its like are `strtol` with C23's binary literals. A
 * copy whose symbol table names the old functions loads on older systems (Debian 12, RHEL 9).
 */
const PREFIX = '__isoc23_';
const TOO_NEW = 'GLIBC_2.38';
const SECTION = {
  stringTable: 3,
  symbols: 11,
  versionSymbols: 0x6fffffff,
  versionNeeds: 0x6ffffffe,
};
const WEAK = 2;
const SYMBOL_BYTES = 24;
const SECTION_BYTES = 64;

interface Section {
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

/** One version of a library that the binary asks for (`Elfxx_Vernaux`). */
interface VersionNeed {
  readonly flagsAt: number;
  readonly index: number;
  readonly name: string;
}

/**
 * A copy of a 64-bit little-endian ELF library in which the symbols named `__isoc23_*` are the older
 * ones of glibc's base version, and GLIBC_2.38 is no longer demanded; null where `binary` is no such
 * library or needs no change.
 */
export function retargetBinary(binary: Buffer): Buffer | null {
  if (binary.length < SECTION_BYTES || binary.readUInt32BE(0) !== 0x7f454c46) return null;
  if (binary[4] !== 2 || binary[5] !== 1) return null;
  const copy = Buffer.from(binary);
  const sections = readSections(copy);
  const symbols = sections.find(({ type }) => type === SECTION.symbols);
  const versions = sections.find(({ type }) => type === SECTION.versionSymbols);
  const needs = sections.find(({ type }) => type === SECTION.versionNeeds);
  const strings = symbols === undefined ? undefined : sections[symbols.link];
  if (!symbols || !versions || !needs || strings?.type !== SECTION.stringTable) return null;

  const needed = readNeeds(copy, needs.offset, strings.offset);
  const tooNew = needed.find(({ name }) => name === TOO_NEW);
  const base = oldest(needed);
  if (tooNew === undefined || base === undefined) return null;

  let isLeftOver = false;
  for (let i = 0; i < symbols.size / SYMBOL_BYTES; i += 1) {
    const versionAt = versions.offset + 2 * i;
    if (copy.readUInt16LE(versionAt) !== tooNew.index) continue;
    const nameAt = symbols.offset + SYMBOL_BYTES * i;
    const nameOffset = copy.readUInt32LE(nameAt);
    if (!text(copy, strings.offset + nameOffset).startsWith(PREFIX)) {
      isLeftOver = true;
      continue;
    }
    copy.writeUInt32LE(nameOffset + PREFIX.length, nameAt);
    copy.writeUInt16LE(base.index, versionAt);
  }
  // Another function of 2.38 has no older twin: the copy would fail later, at its first call.
  if (isLeftOver) return null;
  copy.writeUInt16LE(copy.readUInt16LE(tooNew.flagsAt) | WEAK, tooNew.flagsAt);
  return copy;
}

function readSections(elf: Buffer): Section[] {
  const start = Number(elf.readBigUInt64LE(0x28));
  const count = elf.readUInt16LE(0x3c);
  return Array.from({ length: count }, (_, i) => {
    const at = start + i * SECTION_BYTES;
    return {
      type: elf.readUInt32LE(at + 4),
      offset: Number(elf.readBigUInt64LE(at + 0x18)),
      size: Number(elf.readBigUInt64LE(at + 0x20)),
      link: elf.readUInt32LE(at + 0x28),
    };
  });
}

/** Walks the chain of libraries, and of each the chain of versions. */
function readNeeds(elf: Buffer, start: number, strings: number): VersionNeed[] {
  const found: VersionNeed[] = [];
  for (let library = start, next = -1; next !== 0; library += next) {
    let at = library + elf.readUInt32LE(library + 8);
    for (let left = elf.readUInt16LE(library + 2); left > 0; left -= 1) {
      const name = text(elf, strings + elf.readUInt32LE(at + 8));
      found.push({ flagsAt: at + 4, index: elf.readUInt16LE(at + 6), name });
      at += elf.readUInt32LE(at + 12);
    }
    next = elf.readUInt32LE(library + 12);
  }
  return found;
}

/** Glibc's base version differs by machine (2.2.5 on x64, 2.17 on arm64): the oldest asked for. */
function oldest(needs: readonly VersionNeed[]): VersionNeed | undefined {
  const rank = ({ name }: VersionNeed): number[] =>
    name.slice('GLIBC_'.length).split('.').map(Number);
  return needs
    .filter(({ name }) => /^GLIBC_[\d.]+$/.test(name))
    .sort((a, b) => {
      const [left, right] = [rank(a), rank(b)];
      const at = left.findIndex((part, i) => part !== right[i]);
      return at === -1 ? -1 : (left[at] ?? 0) - (right[at] ?? 0);
    })[0];
}

function text(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}
