const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Returns bytes as people read them, for example `12.3 MiB`. */
export function sizeText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = bytes / 1024 ** step;
  return `${step === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`;
}
