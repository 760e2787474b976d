/** Texts from outside go to a terminal: no control characters, no line breaks. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}
