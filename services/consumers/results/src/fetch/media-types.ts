const ENDINGS: Readonly<Record<string, string>> = {
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'audio/wav': 'wav',
  'audio/mpeg': 'mp3',
  'application/pdf': 'pdf',
  'application/json': 'json',
  'text/markdown': 'md',
  'text/plain': 'txt',
};

/** What the name of a file of this type ends with. */
export function endingOf(mediaType: string): string {
  return ENDINGS[mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? ''] ?? 'bin';
}
