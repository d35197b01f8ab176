/** Reads the tokens from styles.css and holds them to WCAG: 4.5:1 for text, 3:1 for what bounds a control or shows the focus. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HUES } from '@/lib/avatar-colour';

type Rgb = [number, number, number];
const css = readFileSync(new URL('../app/styles.css', import.meta.url), 'utf8');

function token(name: string): { light: Rgb; dark: Rgb } {
  const [, light = '', dark = ''] = new RegExp(`--color-${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css) ?? [];
  return { light: hex(light), dark: hex(dark) };
}

function hex(text: string): Rgb {
  expect(text).toMatch(/^#\w{6}$/);
  return [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16) / 255) as Rgb;
}

const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const luminance = (linearRgb: Rgb) => 0.2126 * linearRgb[0] + 0.7152 * linearRgb[1] + 0.0722 * linearRgb[2];
const ratio = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

function contrast(ink: string, ground: string): number {
  const [a, b] = [token(ink), token(ground)];
  return Math.min(
    ...(['light', 'dark'] as const).map((theme) =>
      ratio(luminance(a[theme].map(linear) as Rgb), luminance(b[theme].map(linear) as Rgb)),
    ),
  );
}

/** Björn Ottosson's OKLab to linear sRGB, clipped as a screen does. */
function oklchLuminance(lightness: number, chroma: number, hue: number): number {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return luminance(rgb.map((c) => Math.min(1, Math.max(0, c))) as Rgb);
}

function tints(utility: string, property: string): [number, number][] {
  const body = new RegExp(`@utility ${utility} \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  const line = new RegExp(`${property}: light-dark\\(oklch\\(([\\d.]+) ([\\d.]+) [^)]*\\)\\), oklch\\(([\\d.]+) ([\\d.]+)`).exec(
    body,
  );
  expect(line, `${utility} ${property}`).not.toBeNull();
  const [, l1, c1, l2, c2] = line ?? [];
  return [
    [Number(l1), Number(c1)],
    [Number(l2), Number(c2)],
  ];
}

const GROUNDS = ['canvas', 'surface', 'raised', 'hover', 'selected'];

describe('contrast in both themes', () => {
  it.each(['ink', 'soft', 'faint', 'accent'].flatMap((ink) => GROUNDS.map((ground) => [ink, ground])))(
    '%s on %s is readable',
    (ink, ground) => {
      expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each([
    ['on-accent', 'accent'],
    ['on-accent', 'accent-strong'],
    ['on-danger', 'danger'],
    ['on-danger', 'danger-strong'],
    ['danger', 'danger-soft'],
    ['danger', 'surface'],
    ['danger', 'raised'],
    ['warn', 'warn-soft'],
    ['warn', 'canvas'],
    ['warn', 'selected'],
    ['ink', 'own'],
    ['soft', 'own'],
    ['ink', 'other'],
    ['soft', 'other'],
    ['accent', 'own'],
    ['accent', 'other'],
    ['ink', 'sunken'],
    ['code', 'sunken'],
    ['ok', 'sunken'],
    ['warn', 'sunken'],
    ['faint', 'sunken'],
    ['accent', 'sunken'],
  ])('%s on %s is readable', (ink, ground) => {
    expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['canvas', 'surface', 'raised'])('controls and the focus ring stand out from %s', (ground) => {
    expect(contrast('edge', ground)).toBeGreaterThanOrEqual(3);
    expect(contrast('accent', ground)).toBeGreaterThanOrEqual(3);
  });

  it.each(HUES)('initials are readable on hue %d, and names on the grounds', (hue) => {
    const grounds = tints('avatar-tint', 'background');
    const inks = tints('avatar-tint', 'color');
    const names = tints('avatar-ink', 'color');
    (['light', 'dark'] as const).forEach((theme, i) => {
      const [ground, ink, name] = [grounds[i], inks[i], names[i]].map((pair) =>
        oklchLuminance(pair?.[0] ?? 0, pair?.[1] ?? 0, hue),
      );
      expect(ratio(ground ?? 0, ink ?? 0)).toBeGreaterThanOrEqual(4.5);
      const surface = luminance(token('surface')[theme].map(linear) as Rgb);
      expect(ratio(name ?? 0, surface)).toBeGreaterThanOrEqual(4.5);
    });
  });
});
