import { inCode } from './code';
import type { Edit } from './edit';
import { fenced } from './format';

/** Copied out of a code editor or a page's block of code: several lines that are to stay as they are. */
export function pastedCode(
  text: string,
  from: number,
  to: number,
  clipboard: Pick<DataTransfer, 'getData' | 'types'>,
): Edit | undefined {
  const code = clipboard.getData('text/plain').replace(/\r\n?/g, '\n');
  if (!code.trim().includes('\n') || inCode(text, from)) return undefined;
  const language = languageOf(clipboard.getData('vscode-editor-data'));
  const isCode = language !== undefined || /^(?:<[^>]*>|\s)*?<pre[\s>]/i.test(clipboard.getData('text/html').slice(0, 2_000));
  return isCode ? fenced(text, from, to, code, language ?? '') : undefined;
}

/** What the editor says of itself; plain text is no code. */
function languageOf(data: string): string | undefined {
  if (data === '') return undefined;
  try {
    const { mode }: { mode?: unknown } = JSON.parse(data);
    return typeof mode === 'string' && /^[a-z0-9+#-]{1,20}$/i.test(mode) && mode !== 'plaintext' ? mode : undefined;
  } catch {
    return undefined;
  }
}
