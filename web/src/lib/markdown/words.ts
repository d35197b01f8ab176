const SPOILER = /\|\|(?!\s)(?:(?!\|\|)[\s\S])*?[^\s|]\|\|/g;
const LINK = /\[((?:\\.|[^[\]\\\n]){1,200})\]\(https?:\/\/[^\s()]{1,2000}\)/g;
const MARKED = /(\*\*|~~|__|`)(?=\S)([^\n]{0,500}?\S)\1/g;

/**
 * A text in plain words, by a glance and without the parser: for one line of preview and for what is read aloud. What it
 * hides stays hidden; marks and addresses behind words go. It is only ever shown as text.
 */
export function plainWords(text: string): string {
  const covered = text.includes('||') ? text.replace(SPOILER, '▒▒▒') : text;
  if (!/[*~_`[]/.test(covered)) return covered;
  return covered.replace(LINK, (_, words: string) => words.replace(/\\(.)/g, '$1')).replace(MARKED, '$2');
}
