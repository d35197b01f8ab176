/** Where the text is code, in which nobody is mentioned and nothing is completed. */
const CODE =
  /(?:^|\n)[ \t]*(`{3,}|~{3,})[^\n]*(?:\n[\s\S]*?)??(?:\n[ \t]*\1[`~]*[ \t]*(?=\n|$)|$)|(?<!`)(`+)(?!`)[^\n]*?[^`\n]\2(?!`)/g;

/** The text with every letter of code made a space: places stay what they were. */
export function withoutCode(text: string): string {
  return text.includes('`') || text.includes('~~~') ? text.replace(CODE, (code) => code.replace(/[^\n]/g, ' ')) : text;
}

/** Is this place within a block of code, or behind a backtick that its line has not closed yet? */
export function inCode(text: string, at: number): boolean {
  const before = text.slice(0, at);
  const open = withoutCode(`${before}x`);
  if (open.at(-1) === ' ') return true;
  return open.slice(open.lastIndexOf('\n') + 1).includes('`');
}
