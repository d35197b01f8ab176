// @vitest-environment happy-dom
import { render, screen } from '@testing-library/react';
import { Clock as Theirs } from 'lucide-react';
import * as file from 'lucide-react/icons/clock';
import { expect, test } from 'vitest';
import createIcon from './lucide-icon';

// Not among the types of the package.
const { __iconData } = file as unknown as { __iconData: Parameters<typeof createIcon>[0] };
const Ours = createIcon(__iconData);

/** The class names of the library are nobody's. */
function drawn(svg: Element | null): string | undefined {
  for (const name of ['lucide', 'lucide-clock']) svg?.classList.remove(name);
  if (svg?.classList.length === 0) svg.removeAttribute('class');
  return svg?.outerHTML.replace(
    /(?<=<\w+) [^>]*/g,
    (attributes) =>
      ` ${attributes
        .trim()
        .split(/(?<=") /)
        .sort()
        .join(' ')}`,
  );
}

test('it draws what the library draws: silent where nothing is said of it, an image where there is', () => {
  const props = [{}, { className: 'size-5 shrink-0' }, { role: 'img', 'aria-label': 'Waiting' }, { 'aria-hidden': true }];
  for (const one of props) {
    const [ours, theirs] = [<Ours key="o" {...one} />, <Theirs key="t" {...one} />].map((icon) => render(icon).container);
    expect(drawn(ours?.firstElementChild ?? null)).toBe(drawn(theirs?.firstElementChild ?? null));
  }
  expect(screen.getAllByRole('img', { name: 'Waiting' })).toHaveLength(2);
});
