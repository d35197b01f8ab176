/**
 * Stands in for lucide-react's own in the build (build/lucide-icons.ts). That one asks a context and takes sizes, strokes and
 * names of classes apart for every icon it draws; here nobody sets any of them, and the lines are made once.
 */
import { createElement, type ReactElement, type SVGProps } from 'react';

interface IconData {
  node: readonly [tag: string, attributes: Record<string, string>][];
}

const DRAWN: SVGProps<SVGSVGElement> = {
  xmlns: 'http://www.w3.org/2000/svg',
  width: 24,
  height: 24,
  viewBox: '0 0 24 24',
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 2,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
};

export default function createIcon({ node }: IconData): (props: SVGProps<SVGSVGElement>) => ReactElement {
  const lines = node.map(([tag, attributes]) => createElement(tag, attributes));
  return (props) => {
    // One that says nothing is for the eye only.
    const silent = !('role' in props || 'aria-label' in props);
    return createElement('svg', { ...DRAWN, 'aria-hidden': silent || undefined, ...props }, lines);
  };
}
