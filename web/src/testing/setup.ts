// Parts of a screen load when they are first shown. On two busy cores that takes longer than the second a query waits for by default.
if (typeof document !== 'undefined') {
  const { configure } = await import('@testing-library/react');
  configure({ asyncUtilTimeout: 15_000 });
}

export {};
