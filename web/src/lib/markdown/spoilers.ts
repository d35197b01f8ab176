import type { Inline } from './tree';

const MARK = '||';

/** A `||`, and whether it can begin or end something. */
interface Mark {
  opens: boolean;
  closes: boolean;
}

/**
 * What stands between two `||` of one line of nodes becomes a spoiler. The first must be followed and the second preceded
 * by something: `a || b || c` hides nothing.
 */
export function withSpoilers(nodes: readonly Inline[]): Inline[] {
  const out: Inline[] = [];
  let opened: number | undefined;
  for (const token of tokensOf(nodes)) {
    if ('type' in token) {
      out.push(token);
    } else if (opened !== undefined && token.closes && out.length > opened + 1) {
      const children = out.splice(opened + 1);
      out[opened] = { type: 'spoiler', children };
      opened = undefined;
    } else {
      if (token.opens) opened = out.length;
      out.push({ type: 'text', text: MARK });
    }
  }
  return joined(out);
}

function* tokensOf(nodes: readonly Inline[]): Generator<Inline | Mark> {
  for (const [at, node] of nodes.entries()) {
    if (node.type === 'text') yield* tokensOfText(node.text, at > 0, at < nodes.length - 1);
    else yield node;
  }
}

/** `before`, `after`: other nodes stand there, which count as something. */
function* tokensOfText(text: string, before: boolean, after: boolean): Generator<Inline | Mark> {
  const pieces = text.split(MARK);
  for (const [i, piece] of pieces.entries()) {
    const left = pieces[i - 1];
    if (left !== undefined) {
      const closes = left === '' ? i === 1 && before : !/\s$/.test(left);
      const opens = piece === '' ? i === pieces.length - 1 && after : !/^\s/.test(piece);
      yield { opens, closes };
    }
    if (piece !== '') yield { type: 'text', text: piece };
  }
}

/** Marks that hide nothing become one text again with what is beside them. */
function joined(nodes: readonly Inline[]): Inline[] {
  const out: Inline[] = [];
  for (const node of nodes) {
    const last = out[out.length - 1];
    if (node.type === 'text' && last?.type === 'text') out[out.length - 1] = { type: 'text', text: last.text + node.text };
    else if (node.type === 'spoiler') out.push({ type: 'spoiler', children: joined(node.children) });
    else out.push(node);
  }
  return out;
}
