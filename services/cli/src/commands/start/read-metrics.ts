/** Sum of a counter's samples in the text exposition format, over all samples that have the labels. */
export function sumOf(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  let sum = 0;
  for (const line of text.split('\n')) {
    if (!line.startsWith(name)) continue;
    const rest = line.slice(name.length);
    if (!rest.startsWith('{') && !rest.startsWith(' ')) continue;
    const fits = Object.entries(labels).every(([label, value]) =>
      rest.includes(`${label}="${value}"`),
    );
    if (fits) sum += Number(rest.slice(rest.lastIndexOf(' ') + 1));
  }
  return sum;
}
