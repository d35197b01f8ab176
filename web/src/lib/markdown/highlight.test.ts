import { expect, test } from 'vitest';
import { highlight } from './highlight';

const coloured = (code: string, language: string) => highlight(code, language)?.some(({ colour }) => colour !== undefined);

test('code is coloured, letter for letter, in a language that is known', () => {
  const code = 'const answer = () => 42; // at last\n'.repeat(100);
  expect(coloured(code, 'js')).toBe(true);
  expect(
    highlight(code, 'js')
      ?.map(({ text }) => text)
      .join(''),
  ).toBe(code);
  expect(highlight(code, 'klingon')).toBeUndefined();
});

test.each(['typescript', 'cpp'])(
  '%s without a sign between its words keeps one colour, as grammars get lost in it',
  (language) => {
    expect(coloured(`return ${'*a_b'.repeat(200)};`, language)).toBe(true);
    expect(highlight(`return ${'*a_b'.repeat(300)};`, language)).toBeUndefined();
    expect(highlight(`return ${'x'.repeat(1_200)};`, language)).toBeUndefined();
  },
);

test('prose in a comment is coloured with the code', () => {
  const prose = '* Permission is hereby granted, free of charge, to any person obtaining a copy of this software.\n';
  expect(coloured(`/*\n${prose.repeat(40)}*/\nint main;`, 'cpp')).toBe(true);
});
